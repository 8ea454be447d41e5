package io.pika.node.engine;

import io.pika.node.store.Announcement;
import io.pika.node.store.Entry;
import io.pika.node.store.KeyFilter;
import io.pika.node.store.StoreBench;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/** An executor over a store in memory, with small commands of its own. */
final class EngineBench implements AutoCloseable, Leadership {
  static final KeyHandler SET = (args, keys) -> {
    keys.put(args.takeBytes(), Entry.string(args.takeBytes(), 0));
    return Reply.OK;
  };
  static final KeyHandler GET = (args, keys) -> {
    Entry found = keys.find(args.takeBytes());
    return Reply.bulkOrNil(found == null ? null : found.value());
  };
  static final KeyHandler SETNX = (args, keys) -> {
    byte[] key = args.takeBytes();
    if (keys.find(key) != null) {
      return Reply.of(0);
    }
    keys.put(key, Entry.string(args.takeBytes(), 0));
    return Reply.of(1);
  };

  final StoreBench bench;
  final List<Announcement> announced = new ArrayList<>();
  long epoch = 1;
  Verdict verdict = Verdict.LEADS;
  boolean replicated;
  /** Of the lease that is held, or was. */
  long lease = 1;

  EngineBench(Path directory) {
    bench = new StoreBench(directory);
  }

  SlotExecutor executor() {
    SlotExecutor executor = new SlotExecutor(bench.store(), this);
    executor.listen(announced::add);
    return executor;
  }

  @Override
  public Verdict check(int table, int slot, long asked) {
    return verdict != Verdict.LEADS || asked == epoch ? verdict : Verdict.WRONG_EPOCH;
  }

  @Override
  public long lease() {
    return lease;
  }

  @Override
  public boolean holds(long number) {
    return lease == number;
  }

  @Override
  public boolean needsLease(int table, int slot) {
    return replicated;
  }

  @Override
  public long epoch(int table, int slot) {
    return verdict == Verdict.LEADS ? epoch : 0;
  }

  /** What came of a task: its place, and the reply or the refusal as text. */
  static final class Told implements TaskReply {
    private final int number;
    private final BiConsumer<Integer, String> heard;

    Told(int number, BiConsumer<Integer, String> heard) {
      this.number = number;
      this.heard = heard;
    }

    @Override
    public void done(Reply reply) {
      heard.accept(number, text(reply));
    }

    @Override
    public void refused(Verdict why) {
      heard.accept(number, why.name());
    }
  }

  static String text(@Nullable Reply reply) {
    return switch (reply) {
      case Reply.Bulk bulk -> new String(bulk.bytes(), StandardCharsets.UTF_8);
      case Reply.Err error -> "-" + error.text();
      case Reply.Simple simple -> "+" + simple.text();
      case Reply.Int number -> ":" + number.value();
      case Reply.Array array -> array.items().stream().map(EngineBench::text).toList().toString();
      case null -> "null";
      default -> reply.toString();
    };
  }

  SlotTask task(int slot, KeyHandler handler, TaskReply reply, String... words) {
    return new SlotTask(1, slot, epoch, Request.of(words), handler, reply);
  }

  /** Runs in one batch and returns what has been told when it returns, in the order of the telling. */
  List<String> run(SlotTaskMaker... makers) {
    List<String> told = new ArrayList<>();
    List<SlotTask> tasks = new ArrayList<>();
    for (int i = 0; i < makers.length; i++) {
      tasks.add(makers[i].make(new Told(i, (number, text) -> told.add(number + " " + text))));
    }
    executor().run(tasks);
    return told;
  }

  interface SlotTaskMaker {
    SlotTask make(TaskReply reply);
  }

  SlotTaskMaker set(int slot, String key, String value) {
    return reply -> task(slot, SET, reply, "SET", key, value);
  }

  SlotTaskMaker get(int slot, String key) {
    return reply -> task(slot, GET, reply, "GET", key);
  }

  RangeTask range(int from, int to, TaskReply reply) {
    return new RangeTask(1, from, to, epoch, reply);
  }

  String scan(RangeExecutor ranges, int from, int to, long cursor, long count) {
    String[] told = new String[]{""};
    ranges.scan(range(from, to, new Told(0, (number, text) -> told[0] = text)), cursor, count, KeyFilter.ALL);
    return told[0];
  }

  @Override
  public void close() {
    bench.close();
  }
}
