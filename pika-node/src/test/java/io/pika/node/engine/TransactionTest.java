package io.pika.node.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBufUtil;
import io.pika.node.log.CrashDisk;
import io.pika.node.log.FsyncMode;
import io.pika.node.store.Entry;
import io.pika.node.store.StoreException;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TransactionTest {
  private static final int SLOT = 3;
  /** Changes two keys and the count of keys, and thinks better of it. */
  private static final KeyHandler CHANGES_AND_REFUSES = (args, keys) -> {
    byte[] key = args.takeBytes();
    keys.put(key, Entry.string(new byte[0], 5000));
    keys.delete("a".getBytes(StandardCharsets.UTF_8));
    keys.put("more".getBytes(StandardCharsets.UTF_8), Entry.string(key, 0));
    throw new RefusalException("ERR not like this");
  };
  private static final KeyHandler FAILS = (args, keys) -> {
    throw new StoreException(StoreException.Kind.DISK, "the disk is gone");
  };

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

  private static KeyHandler handler(Request request) {
    return switch (request.command()) {
      case Command.SET, Command.EVAL -> EngineBench.SET;
      case Command.GET -> EngineBench.GET;
      case Command.APPEND -> CHANGES_AND_REFUSES;
      case Command.TYPE -> FAILS;
      case null, default -> throw new IllegalArgumentException("not in this test");
    };
  }

  /** What it does to data is known only when it runs. */
  @Test
  void aTransactionOfScriptsIsRefusedWhileTheDiskIsBehind() {
    String big = "x".repeat(15_000);
    engine.run(engine.set(1, "a", big), engine.set(2, "b", big));
    assertThat(engine.run(exec("EVAL c 1"))).first().asString().startsWith("0 -EXECABORT")
        .contains("MISCONF");
    engine.bench.store().flush();
    assertThat(engine.run(exec("EVAL c 1"))).containsExactly("0 [+OK]");
  }

  private EngineBench.SlotTaskMaker exec(String... commands) {
    return exec(new byte[0], commands);
  }

  private EngineBench.SlotTaskMaker exec(byte[] watched, String... commands) {
    List<byte[]> requests = Arrays.stream(commands)
        .map(words -> ByteBufUtil.getBytes(Request.of(words.split(" ")).raw())).toList();
    Request request = Transaction.encode(watched, requests);
    return reply -> new SlotTask(1, SLOT, engine.epoch, request,
        Transaction.parse(request, TransactionTest::handler), reply);
  }

  @Test
  void allCommandsAreOneRecord() {
    long before = engine.bench.store().log().stats().appends();
    assertThat(engine.run(exec("SET a 1", "SET b 2", "GET a", "SET a 3", "GET a")))
        .containsExactly("0 [+OK, +OK, 1, +OK, 3]");
    assertThat(engine.bench.store().log().stats().appends()).isEqualTo(before + 1);
    engine.bench.crash(engine.bench.disk.copy());
    assertThat(engine.bench.store().recovered().records()).isEqualTo(1);
    assertThat(engine.run(engine.get(SLOT, "a"), engine.get(SLOT, "b"))).containsExactly("0 3", "1 2");
  }

  @Test
  void aRefusedCommandLeavesNothingAndTheOthersStay() {
    assertThat(
        engine.run(exec("APPEND x y", "SET a 1", "SET b 2", "APPEND x y", "GET a", "GET x", "APPEND a y",
            "SET c 3"), engine.get(SLOT, "a"), engine.get(SLOT, "c")))
        .containsExactly("0 [-ERR not like this, +OK, +OK, -ERR not like this, 1, " + Reply.NIL
            + ", -ERR not like this, +OK]", "1 1", "2 3");
    assertThat(engine.bench.store().keys(1, SLOT, SLOT)).isEqualTo(3);
    engine.bench.crash(engine.bench.disk.copy());
    assertThat(engine.run(exec("GET a", "GET b", "GET c", "GET x", "GET more")))
        .containsExactly("0 [1, 2, 3, " + Reply.NIL + ", " + Reply.NIL + "]");
    assertThat(engine.bench.store().keys(1, SLOT, SLOT)).isEqualTo(3);
  }

  @Test
  void aTransactionOfRefusedCommandsWritesNothing() {
    long before = engine.bench.store().log().endPosition();
    assertThat(engine.run(exec("APPEND x y"))).containsExactly("0 [-ERR not like this]");
    assertThat(engine.bench.store().log().endPosition()).isEqualTo(before);
    assertThat(engine.bench.store().keys(1, SLOT, SLOT)).isZero();
  }

  @Test
  void aDiskThatCannotBeReadTakesTheWholeBack() {
    assertThat(engine.run(exec("SET a 1", "TYPE a", "SET b 1"), engine.get(SLOT, "a")))
        .containsExactly("0 -" + SlotExecutor.UNREADABLE.text(), "1 " + Reply.NIL);
  }

  @Test
  void aFullDiskAbortsItWholly() {
    engine.run(engine.set(SLOT, "a", "old"));
    engine.bench.disk.room(20);
    assertThat(engine.run(exec("GET a", "SET a new", "GET a"), exec("GET a"), engine.get(SLOT, "a")))
        .containsExactly("0 -EXECABORT Transaction discarded because of: MISCONF Errors writing to the log: "
            + "No space left on device", "1 [old]", "2 old");
  }

  @Test
  void aCrashAtAnyByteLeavesAllOfItOrNothing() {
    engine.run(engine.set(SLOT, "before", "1"));
    long before = engine.bench.store().log().endPosition();
    engine.run(exec("SET a 1", "APPEND x y", "SET b 2", "SET a 3"));
    long after = engine.bench.store().log().endPosition();
    CrashDisk whole = engine.bench.disk.copy();
    Path segment = whole.paths().getLast();
    byte[] content = whole.content(segment);
    int end = content.length;
    while (content[end - 1] == 0) {
      end--;
    }
    List<String> seen = new ArrayList<>();
    for (int cut = end - (int) (after - before) - 4; cut <= end; cut++) {
      CrashDisk left = whole.copy();
      left.content(segment, Arrays.copyOf(content, cut));
      engine.bench.crash(left);
      List<String> found = engine.run(exec("GET before", "GET a", "GET b", "GET x"));
      seen.addAll(found);
      assertThat(found.getFirst()).as("cut at " + cut).doesNotContain("-").endsWith(", " + Reply.NIL + "]")
          .matches(text -> text.contains(", 3, 2,") || text.contains(Reply.NIL + ", " + Reply.NIL + ", "));
    }
    assertThat(seen.getFirst()).doesNotContain("3, 2");
    assertThat(seen.getLast()).contains("1, 3, 2");
  }

  /** Watches a key as it is now; returns what EXEC is to carry. */
  private byte[] watch(String key) {
    byte[][] stamp = new byte[1][];
    Request request = Request.of("WATCH", key);
    TaskReply keep = new TaskReply() {
      @Override
      public void done(Reply reply) {
        stamp[0] = ((Reply.Bulk) reply).bytes();
      }

      @Override
      public void refused(Verdict why) {
        throw new IllegalStateException(why.name());
      }
    };
    engine.run(_ -> new SlotTask(1, SLOT, engine.epoch, request, new Watch(request), keep));
    byte[] name = key.getBytes(StandardCharsets.UTF_8);
    return ByteBuffer.allocate(stamp[0].length + 4 + name.length).put(stamp[0]).putInt(name.length).put(name)
        .array();
  }

  @Test
  void watchedKeysDecideUnderTheLock() {
    engine.run(engine.set(SLOT, "a", "0"));
    byte[] watched = watch("a");
    assertThat(engine.run(engine.set(SLOT, "b", "1"), exec(watched, "SET a 1"), exec(watched, "SET a 2"),
        engine.get(SLOT, "a"))).containsExactly("0 +OK", "1 [+OK]", "2 " + Reply.NULL_ARRAY, "3 1");
  }

  @Test
  void aWriteThatTheLogRefusedIsNoTouch() {
    byte[] watched = watch("a");
    engine.bench.disk.room(20);
    assertThat(engine.run(engine.set(SLOT, "a", "1")).getFirst()).contains("MISCONF");
    engine.bench.disk.room(Long.MAX_VALUE);
    assertThat(engine.run(exec(watched, "SET a 2"))).containsExactly("0 [+OK]");
  }

  @Test
  void whatWasWatchedBeforeARestartAborts() {
    byte[] watched = watch("a");
    engine.bench.nowMs++;
    engine.bench.crash(engine.bench.disk.copy());
    assertThat(engine.run(exec(watched, "SET a 2"))).containsExactly("0 " + Reply.NULL_ARRAY);
  }

  @Test
  void whatIsNoTransactionIsNotParsed() {
    for (Request broken : List.of(Request.of("EXEC", "too short"), Request.of("EXEC", "", "*1\r\n$4\r\nPI"),
        Request.of("EXEC", "", "*1\r\n$x\r\n"))) {
      assertThatThrownBy(() -> Transaction.parse(broken, TransactionTest::handler))
          .isInstanceOfAny(IllegalArgumentException.class, BufferUnderflowException.class);
    }
  }
}
