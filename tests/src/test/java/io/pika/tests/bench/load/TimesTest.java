package io.pika.tests.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TimesTest {
  private static final long SECOND_NS = 1_000_000_000L;

  @Test
  void batchesAreDueEvenlyWhateverWasSent() {
    Pace.Fixed pace = (Pace.Fixed) Pace.rate(1600, 16);
    assertThat(pace.dueNs(0)).isZero();
    assertThat(pace.dueNs(1)).isEqualTo(10_000_000L);
    assertThat(pace.dueNs(1000)).isEqualTo(10 * SECOND_NS);
    assertThatThrownBy(() -> Pace.rate(0, 1)).isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void repliesAreCountedInTheirSecondAndStallsAreSeen() {
    Timeline timeline = new Timeline(0, () -> 7);
    timeline.replies(10, SECOND_NS / 2);
    timeline.replies(20, 5 * SECOND_NS / 2);
    timeline.replies(30, 3 * SECOND_NS);
    assertThat(timeline.seconds()).containsExactly(new Outcome.Second(10, 7), new Outcome.Second(0, 7),
        new Outcome.Second(20, 7));
    assertThat(timeline.longestStallNs()).isEqualTo(2 * SECOND_NS);
  }

  @Test
  void pauseWithoutRequestsIsNoStall() {
    Timeline timeline = new Timeline(0, () -> 7);
    timeline.replies(1, 10);
    timeline.idleUntil(SECOND_NS / 2);
    timeline.replies(1, SECOND_NS / 2 + 30);
    assertThat(timeline.longestStallNs()).isEqualTo(30);
  }
}
