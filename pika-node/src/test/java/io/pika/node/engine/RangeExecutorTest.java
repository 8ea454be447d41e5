package io.pika.node.engine;

import static io.pika.node.store.StoreBench.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.pika.node.log.FsyncMode;
import io.pika.node.store.Entry;
import io.pika.node.store.KeyFilter;
import io.pika.proxy.protocol.Reply;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RangeExecutorTest {
  private static final int SLOTS = 16;

  @TempDir Path directory;
  private EngineBench engine;
  private RangeExecutor ranges;

  @BeforeEach
  void openStore() {
    engine = new EngineBench(directory);
    engine.bench.store().log().fsync(FsyncMode.NO);
    ranges = new RangeExecutor(engine.executor(), 64 << 20);
  }

  @AfterEach
  void closeStore() {
    engine.close();
  }

  private Set<String> fill(int keys) {
    Set<String> names = new TreeSet<>();
    for (int i = 0; i < keys; i++) {
      engine.run(engine.set(i * 7 % SLOTS, "key" + i, "v"));
      if (i % 50 == 0) {
        engine.bench.store().flush();
      }
      names.add("key" + i);
    }
    return names;
  }

  private List<String> words(String reply) {
    String inner = reply.substring(reply.indexOf('[', 1) + 1, reply.length() - 2);
    return inner.isEmpty() ? List.of() : List.of(inner.split(", "));
  }

  private long cursor(String reply) {
    return Long.parseLong(reply.substring(1, reply.indexOf(',')));
  }

  private String run(Consumer<RangeTask> what) {
    List<String> told = new ArrayList<>();
    what.accept(engine.range(0, SLOTS - 1, new EngineBench.Told(0, (number, text) -> told.add(text))));
    assertThat(told).hasSize(1);
    return told.getFirst();
  }

  @Test
  void scanFindsEveryKeyOnceWhateverTheCount() {
    Set<String> names = fill(200);
    for (int count : new int[]{1, 3, 10, 1000}) {
      List<String> found = new ArrayList<>();
      long cursor = 0;
      do {
        String reply = engine.scan(ranges, 0, SLOTS - 1, cursor, count);
        found.addAll(words(reply));
        cursor = cursor(reply);
        assertThat(cursor).isNotNegative();
      } while (cursor != 0);
      assertThat(found).doesNotHaveDuplicates().hasSize(200);
      assertThat(new TreeSet<>(found)).isEqualTo(names);
    }
  }

  @Test
  void scanMissesNoKeyThatStaysThoughOthersComeAndGoAndTheNodeRestarts() throws Exception {
    Set<String> names = fill(200);
    for (long seed = 1; seed <= 20; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      Set<String> found = new HashSet<>();
      long cursor = 0;
      int steps = 0;
      do {
        String reply = engine.scan(ranges, 0, SLOTS - 1, cursor, 7);
        found.addAll(words(reply));
        cursor = cursor(reply);
        disturb(random);
        steps++;
      } while (cursor != 0 && steps < 2000);
      assertThat(cursor).as("seed %d ends", seed).isZero();
      assertThat(found).as("seed %d", seed).containsAll(names);
    }
  }

  private void disturb(SplittableRandom random) throws Exception {
    int slot = random.nextInt(SLOTS);
    String name = "other" + random.nextInt(50);
    engine.bench.run(1, slot, keys -> {
      if (random.nextBoolean()) {
        keys.put(bytes(name), Entry.string(new byte[0], 0));
      } else {
        keys.delete(bytes(name));
      }
    });
    if (random.nextInt(20) == 0) {
      engine.bench.reopen();
      engine.bench.store().log().fsync(FsyncMode.NO);
      ranges = new RangeExecutor(engine.executor(), 64 << 20);
    }
  }

  @Test
  void cursorOfAnotherSlotBeginsAtTheFirst() {
    fill(100);
    String fromZero = engine.scan(ranges, 4, 7, 0, 1000);
    assertThat(engine.scan(ranges, 4, 7, ScanTokens.cursor(9, 77), 1000)).isEqualTo(fromZero);
    assertThat(engine.scan(ranges, 4, 7, ScanTokens.cursor(3, 0), 1000)).isEqualTo(fromZero);
    assertThat(cursor(fromZero)).isZero();
  }

  @Test
  void tokenIsTheSameInEveryVersion() {
    assertThat(ScanTokens.tokenOf(new byte[0])).isEqualTo(263677158668953L);
    assertThat(ScanTokens.tokenOf(bytes("user:1"))).isPositive().isLessThanOrEqualTo(ScanTokens.TOKEN_MASK);
  }

  @Test
  void countKeysAndFlushWorkOnAllSlots() {
    Set<String> names = fill(120);
    assertThat(run(ranges::count)).isEqualTo(":120");
    assertThat(new TreeSet<>(words("[0, " + run(task -> ranges.keys(task, KeyFilter.ALL)) + "]")))
        .isEqualTo(names);
    assertThat(run(ranges::flush)).isEqualTo("+OK");
    assertThat(run(ranges::count)).isEqualTo(":0");
    engine.bench.crash(engine.bench.disk.copy());
    ranges = new RangeExecutor(engine.executor(), 64 << 20);
    assertThat(run(ranges::count)).isEqualTo(":0");
    engine.bench.store().log().fsync(FsyncMode.NO);
    engine.run(engine.set(3, "again", "1"));
    assertThat(run(ranges::count)).isEqualTo(":1");
  }

  @Test
  void keysIsRefusedRatherThanCollectedBeyondTheLimit() {
    fill(100);
    ranges = new RangeExecutor(engine.executor(), 1000);
    assertThat(run(task -> ranges.keys(task, KeyFilter.ALL))).contains("longer than 1000 bytes; use SCAN");
  }

  @Test
  void everyKeyIsDrawnNowAndThen() {
    Set<String> names = fill(100);
    Set<String> drawn = new TreeSet<>();
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 5000; i++) {
      drawn.add(run(task -> ranges.randomKey(task, random)));
    }
    assertThat(drawn).isEqualTo(names);
    run(ranges::flush);
    assertThat(run(task -> ranges.randomKey(task, random))).isEqualTo(Reply.NIL.toString());
  }

  @Test
  void rangeThatIsNotLedIsRefused() {
    engine.verdict = Verdict.NOT_LEADER;
    assertThat(run(ranges::count)).isEqualTo("NOT_LEADER");
    assertThat(run(ranges::flush)).isEqualTo("NOT_LEADER");
  }
}
