package io.pika.node.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class StripedLocksTest {
  private static final int HELD = 500;

  @Test
  void whoWantsAllHoldsUpNobodyWhileOneIsHeldForLong() throws Exception {
    StripedLocks locks = new StripedLocks();
    CountDownLatch done = new CountDownLatch(1);
    locks.lock(HELD);
    Thread.ofVirtual().start(() -> {
      locks.lockAll();
      locks.unlockAll();
      done.countDown();
    });
    for (int i = 0; i < 200; i++) {
      int other = i % HELD;
      assertThat(locks.tryLock(other, TimeUnit.SECONDS.toNanos(10))).isTrue();
      locks.unlock(other);
    }
    assertThat(done.getCount()).isEqualTo(1);
    locks.unlock(HELD);
    assertThat(done.await(30, TimeUnit.SECONDS)).isTrue();
  }
}
