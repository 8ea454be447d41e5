package io.pika.node.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.pika.node.log.FsyncMode;
import io.pika.node.log.LogException;
import io.pika.node.store.Announcement;
import io.pika.node.store.Entry;
import io.pika.node.store.StoreBench;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SlotExecutorTest {
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

  @Test
  void commandsOfABatchSeeThoseBeforeThemAndMakeOneAppend() {
    assertThat(engine.run(engine.set(1, "a", "1"), engine.get(1, "a"), engine.set(2, "b", "2"),
        engine.set(1, "a", "3"), engine.get(1, "a")))
        .containsExactly("0 +OK", "1 1", "2 +OK", "3 +OK", "4 3");
    assertThat(engine.bench.store().log().stats().appends()).isEqualTo(1);
  }

  @Test
  void repliesWaitUntilWhatTheySawIsSafe() throws Exception {
    engine.bench.store().log().fsync(FsyncMode.ALWAYS);
    List<String> told = engine.run(engine.set(1, "a", "1"));
    List<String> read = engine.run(engine.get(1, "a"));
    List<String> elsewhere = engine.run(engine.get(2, "a"));
    assertThat(told).isEmpty();
    assertThat(read).as("a read of what is not safe").isEmpty();
    assertThat(elsewhere).as("a read of another slot").containsExactly("0 " + Reply.NIL);
    engine.bench.store().log().sync();
    assertThat(told).containsExactly("0 +OK");
    assertThat(read).containsExactly("0 1");
  }

  @Test
  void brokenLogAnswersTheWaitingAndRefusesWrites() {
    engine.run(engine.set(1, "old", "1"));
    engine.bench.store().flush();
    engine.bench.store().log().fsync(FsyncMode.ALWAYS);
    List<String> told = engine.run(engine.set(1, "a", "1"), engine.get(1, "a"));
    engine.bench.disk.syncFails(true);
    assertThat(catchSync()).isTrue();
    assertThat(told).hasSize(2).allMatch(text -> text.contains("-MISCONF Errors writing to the log"));
    assertThat(engine.run(engine.set(2, "b", "1"))).allMatch(text -> text.contains("-MISCONF"));
    assertThat(engine.run(engine.get(2, "b"))).containsExactly("0 " + Reply.NIL);
  }

  private static final KeyHandler PUBLISHES = (args, keys) -> {
    byte[] name = args.takeBytes();
    keys.put(name, Entry.string(name, 0));
    keys.publish(false, name, name);
    return Reply.OK;
  };

  private List<String> heard() {
    return engine.announced.stream().map(Announcement.Published.class::cast)
        .map(message -> new String(message.content().array(), StandardCharsets.US_ASCII)).toList();
  }

  @Test
  void messagesAreToldWhenTheirCommandIsSafe() throws Exception {
    engine.bench.store().log().fsync(FsyncMode.ALWAYS);
    engine.run(reply -> engine.task(1, PUBLISHES, reply, "EVAL", "a"));
    assertThat(heard()).isEmpty();
    engine.bench.store().log().sync();
    assertThat(heard()).containsExactly("a");
  }

  @Test
  void messagesOfCommandsThatAreRefusedAreNotTold() {
    KeyHandler onlyPublishes = (args, keys) -> {
      keys.publish(false, args.takeBytes(), new byte[0]);
      throw new RefusalException("ERR stopped");
    };
    engine.run(reply -> engine.task(1, onlyPublishes, reply, "EVAL", "a"));
    engine.bench.disk.room(20);
    assertThat(engine.run(reply -> engine.task(1, PUBLISHES, reply, "EVAL", "b")))
        .allMatch(text -> text.contains("MISCONF"));
    assertThat(heard()).isEmpty();
  }

  private boolean catchSync() {
    try {
      engine.bench.store().log().sync();
      return false;
    } catch (LogException e) {
      return true;
    }
  }

  @Test
  void fullDiskRefusesWritesAndShowsNoneOfThem() {
    engine.run(engine.set(1, "a", "old"));
    engine.bench.disk.room(20);
    assertThat(engine.run(engine.get(1, "a"), engine.set(1, "a", "new"), engine.get(1, "a"),
        reply -> engine.task(1, EngineBench.SETNX, reply, "SETNX", "a", "x"),
        reply -> engine.task(1, EngineBench.SETNX, reply, "SETNX", "b", "x"), engine.get(1, "b")))
        .containsExactly("0 old", "1 -MISCONF Errors writing to the log: No space left on device", "2 old",
            "3 :0",
            "4 -MISCONF Errors writing to the log: No space left on device", "5 " + Reply.NIL);
    assertThat(engine.bench.store().keys(1, 0, 9)).isEqualTo(1);
    engine.bench.disk.room(Long.MAX_VALUE);
    assertThat(engine.run(engine.set(1, "a", "new"), engine.get(1, "a"))).containsExactly("0 +OK", "1 new");
  }

  /** No memory ends a batch, where other bugs end a command. */
  @Test
  void repliesOfABatchThatABugEndsAreReleased() {
    ByteBuf held = Unpooled.copiedBuffer("$1\r\na\r\n", StandardCharsets.US_ASCII);
    KeyHandler holds = (args, keys) -> new Reply.Raw(held);
    KeyHandler full = (args, keys) -> {
      throw new OutOfMemoryError("no more than a test");
    };
    assertThat(engine.run(reply -> engine.task(1, EngineBench.SET, reply, "SET", "a", "1"),
        reply -> engine.task(1, holds, reply, "GET", "a"),
        reply -> engine.task(1, full, reply, "GET", "a")))
        .containsExactly("0 -ERR internal error", "1 -ERR internal error", "2 -ERR internal error");
    assertThat(held.refCnt()).isZero();
    assertThat(engine.run(engine.get(1, "a"))).containsExactly("0 " + Reply.NIL);
  }

  @Test
  void commandThatThrowsChangesNothingAndHarmsNoOther() {
    KeyHandler bug = (args, keys) -> {
      keys.put(args.takeBytes(), Entry.string(new byte[0], 5000));
      keys.clear();
      throw new IllegalStateException("a bug");
    };
    KeyHandler refusal = (args, keys) -> {
      keys.delete(args.takeBytes());
      throw new RefusalException("ERR not like this");
    };
    assertThat(engine.run(engine.set(1, "a", "1"), reply -> engine.task(1, bug, reply, "SET", "b", ""),
        reply -> engine.task(1, refusal, reply, "DEL", "a"), engine.get(1, "a"), engine.get(1, "b")))
        .containsExactly("0 +OK", "1 -ERR internal error", "2 -ERR not like this", "3 1", "4 " + Reply.NIL);
    assertThat(engine.bench.store().keys(1, 0, 9)).isEqualTo(1);
    engine.bench.reopen();
    assertThat(engine.run(engine.get(1, "a"))).containsExactly("0 1");
  }

  @Test
  void slotThatIsNotLedIsRefusedAndAllItsCommands() {
    SlotTask old = new SlotTask(1, 1, 7, Request.of("GET", "a"), EngineBench.GET,
        new EngineBench.Told(9, (number, text) -> {}));
    assertThat(engine.run(engine.set(1, "a", "1"), reply -> new SlotTask(1, 1, old.epoch(), old.request(),
        old.job(), reply), engine.get(2, "a"))).containsExactly("0 WRONG_EPOCH", "1 WRONG_EPOCH",
            "2 " + Reply.NIL);
    engine.verdict = Verdict.UNKNOWN_TABLE;
    assertThat(engine.run(engine.get(1, "a"))).containsExactly("0 UNKNOWN_TABLE");
  }

  @Test
  void epochOlderThanTheNewestRecordsIsRefused() {
    engine.epoch = 5;
    engine.run(engine.set(1, "a", "1"));
    engine.epoch = 4;
    assertThat(engine.run(engine.set(1, "a", "2"), engine.set(2, "b", "2"))).containsExactly("0 WRONG_EPOCH",
        "1 +OK");
    engine.epoch = 6;
    assertThat(engine.run(engine.get(1, "a"))).containsExactly("0 1");
  }

  @Test
  void largeBatchIsCutIntoBoundedOnes() {
    List<String> told = new ArrayList<>();
    List<SlotTask> tasks = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      tasks.add(engine.task(i % 8, EngineBench.SET,
          new EngineBench.Told(i, (number, text) -> told.add(number + text)), "SET", "key", "v"));
    }
    engine.executor().run(tasks);
    assertThat(told).hasSize(1000).startsWith("0+OK").endsWith("999+OK");
    assertThat(engine.bench.store().log().stats().appends()).isEqualTo(4);
  }

  /** Tasks of several clients: what is long is left to its own client's run, with all that follows it. */
  @Test
  void whatRunsTogetherMakesOneAppendAndEndsBeforeALongCommand() {
    List<String> told = new ArrayList<>();
    List<SlotTask> tasks = new ArrayList<>();
    for (String[] words : new String[][]{{"SET", "a", "1"}, {"SET", "b", "2"}, {"EVAL", "return 1", "0"},
        {"SET", "c", "3"}}) {
      int number = tasks.size();
      tasks.add(engine.task(number, EngineBench.SET,
          new EngineBench.Told(number, (which, text) -> told.add(which + text)), words));
    }
    assertThat(tasks.get(2).request().mayTakeLong()).isTrue();
    assertThat(engine.executor().runTogether(tasks)).isEqualTo(2);
    assertThat(told).containsExactly("0+OK", "1+OK");
    assertThat(engine.bench.store().log().stats().appends()).isEqualTo(1);
    assertThat(engine.executor().runTogether(tasks.subList(2, 4))).isZero();
    assertThat(told).hasSize(2);
  }

  @Test
  void tierThatIsFullRefusesWritesUntilItIsFlushed() {
    String big = "x".repeat(15_000);
    assertThat(engine.run(engine.set(1, "a", big), engine.set(2, "b", big))).containsExactly("0 +OK",
        "1 +OK");
    assertThat(engine.run(engine.set(3, "c", "1"), engine.get(1, "b"))).first().asString()
        .contains("-MISCONF");
    engine.bench.store().flush();
    assertThat(engine.run(engine.set(3, "c", "1"))).containsExactly("0 +OK");
  }

  @Test
  void whateverMayWriteIsRefusedWhileTheTierIsFull() {
    String big = "x".repeat(15_000);
    engine.run(engine.set(1, "a", big), engine.set(2, "b", big));
    KeyHandler writes = (args, keys) -> {
      keys.put(StoreBench.bytes("c"), Entry.string(new byte[0], 0));
      return Reply.OK;
    };
    for (String command : List.of("EVAL", "EVALSHA", "FCALL", "PKRUNAS", "XGROUP CREATE", "XREADGROUP")) {
      assertThat(engine.run(reply -> engine.task(3, writes, reply, command.split(" ")))).as(command).first()
          .asString().startsWith("0 -MISCONF Writes are refused");
    }
    assertThat(engine.run(reply -> engine.task(1, EngineBench.GET, reply, "PFCOUNT", "a")))
        .as("it may write and did not").containsExactly("0 " + big);
    assertThat(engine.bench.store().keys(1, 3, 3)).isZero();
  }

  @Test
  void threadsOnTheSameSlotsLeaveInMemoryWhatTheLogSays() throws Exception {
    SlotExecutor executor = engine.executor();
    KeyHandler append = (args, keys) -> {
      byte[] key = args.takeBytes();
      Entry before = keys.find(key);
      int count = before == null ? 0 : Integer.parseInt(new String(before.value(), StandardCharsets.UTF_8));
      keys.put(key, Entry.string(StoreBench.bytes(Integer.toString(count + 1)), 0));
      return Reply.of(count + 1);
    };
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      SplittableRandom random = new SplittableRandom(t);
      threads.add(Thread.ofPlatform().start(() -> {
        for (int round = 0; round < 200; round++) {
          List<SlotTask> tasks = new ArrayList<>();
          for (int i = 0; i < 10; i++) {
            tasks.add(
                new SlotTask(1, random.nextInt(5), 1, Request.of("INCR", "k" + random.nextInt(3)), append,
                    new EngineBench.Told(0, (number, text) -> {})));
          }
          executor.run(tasks);
          if (round % 20 == 0) {
            engine.bench.store().flush();
          }
        }
      }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    Map<Integer, Map<String, String>> before = contents();
    engine.bench.crash(engine.bench.disk.copy());
    assertThat(contents()).isEqualTo(before);
    assertThat(
        before.values().stream().flatMap(slot -> slot.values().stream()).mapToInt(Integer::parseInt).sum())
        .as("no increment is lost").isEqualTo(4 * 200 * 10);
  }

  private Map<Integer, Map<String, String>> contents() throws Exception {
    Map<Integer, Map<String, String>> all = new TreeMap<>();
    for (int slot = 0; slot < 5; slot++) {
      Map<String, String> content = new TreeMap<>();
      for (String key : engine.bench.keys(1, slot)) {
        content.put(key, engine.run(engine.get(slot, key)).getFirst().substring(2));
      }
      all.put(slot, content);
    }
    return all;
  }

  @Test
  void whatRanUnderALeaseThatHasRunOutIsNotTold() {
    engine.replicated = true;
    List<String> told = new ArrayList<>();
    KeyHandler pauses = (args, keys) -> {
      engine.lease++;
      return EngineBench.GET.run(args, keys);
    };
    engine.executor().run(List.of(engine.task(1, pauses,
        new EngineBench.Told(0, (number, text) -> told.add(text)), "GET", "a")));
    assertThat(told).containsExactly("-" + SlotExecutor.NO_LEASE.text());
    assertThat(engine.run(engine.get(1, "a"))).containsExactly("0 " + Reply.NIL);
  }

  @Test
  void oneReplicaNeedsNoLeaseToAnswer() {
    List<String> told = new ArrayList<>();
    KeyHandler pauses = (args, keys) -> {
      engine.lease++;
      return EngineBench.GET.run(args, keys);
    };
    engine.executor().run(List.of(engine.task(1, pauses,
        new EngineBench.Told(0, (number, text) -> told.add(text)), "GET", "a")));
    assertThat(told).containsExactly(Reply.NIL.toString());
  }
}
