package io.pika.node.control;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class LeaseTest {
  private long nowNanos = Long.MAX_VALUE - 1_000;
  private final Lease lease = new Lease(() -> nowNanos);

  private void pass(long ms) {
    nowNanos += TimeUnit.MILLISECONDS.toNanos(ms);
  }

  @Test
  void itCountsFromWhenTheRequestWasSent() {
    long sentAt = nowNanos;
    pass(900);
    lease.extend(sentAt, 1_000);
    pass(99);
    assertThat(lease.isHeld()).isTrue();
    pass(1);
    assertThat(lease.isHeld()).isFalse();
  }

  @Test
  void anAnswerThatComesTooLateIsNoLease() {
    long sentAt = nowNanos;
    pass(1_000);
    lease.extend(sentAt, 1_000);
    assertThat(lease.isHeld()).isFalse();
  }

  @Test
  void renewedInTimeItIsTheSameLease() {
    lease.extend(nowNanos, 1_000);
    long number = lease.number();
    for (int i = 0; i < 10; i++) {
      pass(999);
      lease.extend(nowNanos, 1_000);
    }
    assertThat(lease.isHeld(number)).isTrue();
  }

  @Test
  void afterAPauseItIsAnotherLeaseAlthoughItIsHeld() {
    lease.extend(nowNanos, 1_000);
    long number = lease.number();
    pass(5_000);
    assertThat(lease.isHeld(number)).isFalse();
    lease.extend(nowNanos, 1_000);
    assertThat(lease.isHeld()).isTrue();
    assertThat(lease.isHeld(number)).isFalse();
  }

  @Test
  void droppedItIsGoneAndWhatComesNextIsAnotherOne() {
    lease.extend(nowNanos, 1_000);
    long number = lease.number();
    lease.drop();
    assertThat(lease.isHeld()).isFalse();
    lease.extend(nowNanos, 1_000);
    assertThat(lease.isHeld(number)).isFalse();
  }

  @Test
  void aLeaseOfNothingRenewsNothing() {
    lease.extend(nowNanos, 1_000);
    pass(500);
    lease.extend(nowNanos, 0);
    pass(499);
    assertThat(lease.isHeld()).isTrue();
  }
}
