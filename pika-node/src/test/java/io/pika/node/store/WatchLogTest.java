package io.pika.node.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class WatchLogTest {
  private static byte[] key(int number) {
    return StoreBench.bytes("key" + number);
  }

  private static WatchStamp stamp(long index) {
    return new WatchStamp(1, 1, index, 0, 0);
  }

  @Test
  void whatWasWrittenAfterTheStampIsTouchedAndNothingElse() {
    SplittableRandom random = new SplittableRandom(3);
    WatchLog log = new WatchLog(0);
    long[] last = new long[50];
    for (int index = 1; index <= 800; index++) {
      int written = random.nextInt(50);
      log.touched(WatchLog.hash(key(written)), index);
      last[written] = index;
      if (random.nextInt(10) == 0) {
        int undone = random.nextInt(50);
        log.touched(WatchLog.hash(key(undone)), index + 1);
        log.forgetAfter(index);
      }
      int asked = random.nextInt(50);
      long since = random.nextInt(index + 1);
      assertThat(log.isTouched(key(asked), stamp(since))).isEqualTo(last[asked] > since);
    }
  }

  @Test
  void whatTheRingHasForgottenCountsAsTouched() {
    WatchLog log = new WatchLog(10);
    assertThat(log.isTouched(key(1), stamp(9))).isTrue();
    assertThat(log.isTouched(key(1), stamp(10))).isFalse();
    for (int index = 11; index <= 11 + WatchLog.MOST; index++) {
      log.touched(WatchLog.hash(key(index)), index);
    }
    assertThat(log.isTouched(key(1), stamp(10))).isTrue();
    assertThat(log.isTouched(key(1), stamp(11))).isFalse();
    assertThat(log.isTouched(key(12), stamp(11))).isTrue();
  }

  @Test
  void clearingTouchesWhatWasThere() {
    WatchLog log = new WatchLog(1);
    log.cleared(2);
    assertThat(log.isTouched(key(1), stamp(1))).isTrue();
    assertThat(log.isTouched(key(1), stamp(2))).isFalse();
    assertThat(log.isTouched(key(1), new WatchStamp(1, 1, 1, WatchStamp.ABSENT, 0))).isFalse();
  }

  @Test
  void elementsTouchTheirCollection() {
    WatchLog log = new WatchLog(1);
    log.touched(WatchLog.hash(77L), 2);
    assertThat(log.isTouched(key(1), new WatchStamp(1, 1, 1, 0, 77))).isTrue();
    assertThat(log.isTouched(key(1), new WatchStamp(1, 1, 1, 0, 78))).isFalse();
    assertThat(log.isTouched(key(1), stamp(1))).isFalse();
  }
}
