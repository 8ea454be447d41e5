package io.pika.node.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class WaitingSharesTest {
  private final WaitingShares shares = new WaitingShares(4, 1000);

  @Test
  void oneTableHasHalfOfThePlaces() {
    assertThat(shares.enter(1, 10)).isTrue();
    assertThat(shares.enter(1, 10)).isTrue();
    assertThat(shares.enter(1, 10)).isFalse();
    assertThat(shares.enter(2, 10)).isTrue();
    shares.leave(1, 10);
    assertThat(shares.enter(1, 10)).isTrue();
    assertThat(shares.count()).isEqualTo(3);
  }

  @Test
  void oneTableHasHalfOfTheMemory() {
    assertThat(shares.enter(1, 501)).isFalse();
    assertThat(shares.enter(1, 500)).isTrue();
    assertThat(shares.enter(1, 1)).isFalse();
    assertThat(shares.enter(2, 500)).isTrue();
    assertThat(shares.enter(3, 1)).as("all of it is taken").isFalse();
  }
}
