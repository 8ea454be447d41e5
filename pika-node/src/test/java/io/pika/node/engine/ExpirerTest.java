package io.pika.node.engine;

import static io.pika.node.store.StoreBench.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.pika.node.log.FsyncMode;
import io.pika.node.store.Entry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExpirerTest {
  @TempDir Path directory;
  private EngineBench engine;

  @BeforeEach
  void openStore() {
    engine = new EngineBench(directory);
    engine.bench.store().log().fsync(FsyncMode.NO);
  }

  @AfterEach
  void closeStore() {
    engine.close();
  }

  private Expirer expirer() {
    return new Expirer(engine.executor(), () -> Instant.ofEpochMilli(engine.bench.nowMs));
  }

  private void put(int slot, String key, long atMs) throws Exception {
    engine.bench.run(1, slot, keys -> keys.put(bytes(key), Entry.string(new byte[0], atMs)));
  }

  private long keys() {
    return engine.bench.store().keys(1, 0, 99);
  }

  @Test
  void keysGoWhenTheirTimeHasComeAndNotBefore() throws Exception {
    put(1, "soon", 2000);
    put(1, "later", 3000);
    put(2, "never", 0);
    Expirer expirer = expirer();
    assertThat(expirer.turn()).isZero();
    engine.bench.nowMs = 2000;
    assertThat(expirer.turn()).isEqualTo(1);
    assertThat(expirer.turn()).isZero();
    assertThat(keys()).isEqualTo(2);
    assertThat(engine.bench.store().due().firstMs()).isEqualTo(3000);
    engine.bench.nowMs = 3000;
    assertThat(expirer.turn()).isEqualTo(1);
    assertThat(engine.bench.store().due().size()).isZero();
    assertThat(keys()).isEqualTo(1);
  }

  @Test
  void keyWhoseTimeWasChangedGoesAtTheNewOne() throws Exception {
    put(1, "a", 2000);
    put(1, "b", 2000);
    put(1, "c", 2000);
    put(1, "a", 4000);
    engine.bench.run(1, 1, keys -> keys.expireAt(bytes("b"), 0));
    Expirer expirer = expirer();
    engine.bench.nowMs = 2500;
    assertThat(expirer.turn()).isEqualTo(1);
    assertThat(engine.bench.keys(1, 1)).containsExactly("a", "b");
    engine.bench.nowMs = 9000;
    assertThat(expirer.turn()).isEqualTo(1);
    assertThat(engine.bench.keys(1, 1)).containsExactly("b");
  }

  @Test
  void slotWithManyDueKeysDoesNotHoldUpTheOthers() throws Exception {
    for (int i = 0; i < 3 * Expirer.KEYS_PER_SLOT; i++) {
      put(1, "key" + i, 1500);
    }
    put(2, "single", 1600);
    engine.bench.store().flush();
    engine.bench.nowMs = 2000;
    Expirer expirer = expirer();
    assertThat(expirer.turn()).isEqualTo(Expirer.KEYS_PER_SLOT + 1);
    engine.bench.store().flush();
    assertThat(expirer.turn()).isEqualTo(Expirer.KEYS_PER_SLOT);
    engine.bench.store().flush();
    assertThat(expirer.turn()).isEqualTo(Expirer.KEYS_PER_SLOT);
    assertThat(expirer.turn()).isZero();
    assertThat(keys()).isZero();
  }

  @Test
  void keysOfAnEarlierProcessAreFoundAgain() throws Exception {
    put(1, "flushed", 2000);
    engine.bench.store().flush();
    put(2, "in the log", 2000);
    engine.bench.crash(engine.bench.disk.copy());
    assertThat(engine.bench.store().due().size()).as("what was replayed").isEqualTo(1);
    engine.bench.store().findDue();
    assertThat(engine.bench.store().due().size()).as("what was in RocksDB too").isEqualTo(2);
    engine.bench.nowMs = 2000;
    assertThat(expirer().turn()).isEqualTo(2);
  }

  @Test
  void onlyTheLeaderDeletesAndDeletesAreInTheLog() throws Exception {
    put(1, "a", 1500);
    engine.bench.nowMs = 2000;
    engine.verdict = Verdict.NOT_LEADER;
    Expirer expirer = expirer();
    assertThat(expirer.turn()).isZero();
    assertThat(keys()).isEqualTo(1);
    engine.verdict = Verdict.LEADS;
    assertThat(expirer.turn()).as("asked again after a while only").isZero();
    engine.bench.nowMs += Expirer.RETRY_MS;
    assertThat(expirer.turn()).isEqualTo(1);
    engine.bench.crash(engine.bench.disk.copy());
    assertThat(keys()).isZero();
  }

  @Test
  void fullDiskPutsItOffAndLosesNothing() throws Exception {
    put(1, "a", 1500);
    engine.bench.nowMs = 2000;
    engine.bench.disk.room(10);
    Expirer expirer = expirer();
    assertThat(expirer.turn()).isZero();
    engine.bench.disk.room(Long.MAX_VALUE);
    engine.bench.nowMs += Expirer.RETRY_MS;
    assertThat(expirer.turn()).isEqualTo(1);
  }

  @Test
  void threadSleepsUntilTheFirstKeyIsDueAndWakesForAnEarlierOne() throws Exception {
    put(1, "far", Long.MAX_VALUE / 2);
    try (Expirer expirer = expirer()) {
      expirer.start();
      put(2, "now", 900 + engine.bench.nowMs);
      engine.bench.nowMs += 1000;
      put(3, "gone", engine.bench.nowMs + 1);
      engine.bench.nowMs += 1000;
      put(4, "wakes", engine.bench.nowMs - 1);
      Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> expirer.expired() == 3);
    }
  }
}
