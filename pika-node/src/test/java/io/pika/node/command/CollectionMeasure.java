package io.pika.node.command;

import io.pika.node.engine.Leadership;
import io.pika.node.engine.SlotExecutor;
import io.pika.node.engine.SlotTask;
import io.pika.node.engine.TaskReply;
import io.pika.node.engine.Verdict;
import io.pika.node.store.Store;
import io.pika.node.store.StoreOptions;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;

/**
 * No test: how long commands take on a hash and on a set with a million elements, on the real engine and store, most of
 * it in RocksDB. Run {@code main} by hand; takes a minute or two and some 200 MB in a temporary directory.
 */
final class CollectionMeasure implements AutoCloseable, Leadership {
  private static final int ELEMENTS = 1_000_000;
  private static final int BATCH = 1000;
  private static final int FLUSH = 100_000;

  private final Random random = new Random(1);
  private final Handlers handlers = Handlers.create(new Limits(() -> 512 << 20, 64 << 20), random);
  private final Store store;
  private final SlotExecutor executor;

  private CollectionMeasure(Path directory) {
    store = Store.open(directory, StoreOptions.DEFAULT, InstantSource.system());
    executor = new SlotExecutor(store, this);
  }

  /** @param arguments none */
  public static void main(String[] arguments) throws IOException {
    try (CollectionMeasure measure = new CollectionMeasure(Files.createTempDirectory("measure"))) {
      measure.measure();
    }
  }

  private void measure() {
    report("HSET of new fields", ELEMENTS,
        i -> request("HSET", "h", "field:" + i, "value of the field " + i));
    report("SADD of new members", ELEMENTS, i -> request("SADD", "s", "member:" + i));
    store.flush();
    for (int round = 0; round < 2; round++) {
      report("HGET", 100_000, i -> request("HGET", "h", "field:" + random.nextInt(ELEMENTS)));
      report("HSET of an old field", 20_000,
          i -> request("HSET", "h", "field:" + random.nextInt(ELEMENTS), "new value"));
      report("SISMEMBER", 100_000, i -> request("SISMEMBER", "s", "member:" + random.nextInt(2 * ELEMENTS)));
      report("HRANDFIELD", 10_000, i -> request("HRANDFIELD", "h"));
      report("SRANDMEMBER", 10_000, i -> request("SRANDMEMBER", "s"));
      report("HRANDFIELD 1000", 20, i -> request("HRANDFIELD", "h", "1000"));
      report("SRANDMEMBER 1000", 20, i -> request("SRANDMEMBER", "s", "1000"));
      report("SRANDMEMBER -100000", 3, i -> request("SRANDMEMBER", "s", "-100000"));
      report("SPOP", 10_000, i -> request("SPOP", "s"));
      report("SSCAN, a page of 1000", 100,
          i -> request("SSCAN", "s", Long.toString(random.nextLong(1L << 32)), "COUNT", "1000"));
      report("HSCANX, a page of 1000", 100,
          i -> request("HSCANX", "h", "field:" + random.nextInt(ELEMENTS), "COUNT", "1000"));
      report("HSCAN from a cursor that is not known", 1, i -> request("HSCAN", "h", "4611686018427387903"));
      report("SINTERCARD of s and s", 1, i -> request("SINTERCARD", "2", "s", "s"));
      report("SUNIONSTORE of s", 1, i -> request("SUNIONSTORE", "t", "s"));
      report("DEL of the copy", 1, i -> request("DEL", "t"));
    }
    report("DEL of the hash", 1, i -> request("DEL", "h"));
    report("DEL of the set", 1, i -> request("DEL", "s"));
  }

  private void report(String what, int times, IntFunction<Request> request) {
    long begin = System.nanoTime();
    for (int done = 0; done < times; done += BATCH) {
      if (done % FLUSH == 0) {
        // Nobody flushes in the background here as long as writes come this fast.
        store.flush();
      }
      run(done, Math.min(times, done + BATCH), request);
    }
    double micros = (System.nanoTime() - begin) / 1000.0 / times;
    System.out.printf("%-40s %,12.1f us%n", what, micros);
  }

  private void run(int from, int to, IntFunction<Request> request) {
    List<CompletableFuture<Reply>> replies = new ArrayList<>();
    List<SlotTask> batch = new ArrayList<>();
    for (int i = from; i < to; i++) {
      Request next = request.apply(i);
      CompletableFuture<Reply> reply = new CompletableFuture<>();
      replies.add(reply);
      batch.add(new SlotTask(1, 5, 1, next, Objects.requireNonNull(handlers.find(next)), into(reply)));
    }
    executor.run(batch);
    for (CompletableFuture<Reply> reply : replies) {
      if (reply.join() instanceof Reply.Err error) {
        throw new IllegalStateException(error.text());
      }
    }
  }

  private static Request request(String... words) {
    return Request.of(words);
  }

  private static TaskReply into(CompletableFuture<Reply> future) {
    return new TaskReply() {
      @Override
      public void done(Reply reply) {
        future.complete(reply);
      }

      @Override
      public void refused(Verdict why) {
        future.completeExceptionally(new AssertionError("refused: " + why));
      }
    };
  }

  @Override
  public Verdict check(int table, int slot, long epoch) {
    return Verdict.LEADS;
  }

  @Override
  public long epoch(int table, int slot) {
    return 1;
  }

  @Override
  public void close() {
    store.close();
  }
}
