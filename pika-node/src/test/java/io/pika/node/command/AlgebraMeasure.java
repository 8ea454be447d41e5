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
 * No test: how long unions, intersections and differences of sets and sorted sets of a million members take, on the real
 * engine and store, most of it in RocksDB. Run {@code main} by hand; takes a minute or two.
 */
final class AlgebraMeasure implements AutoCloseable, Leadership {
  private static final int ELEMENTS = 1_000_000;
  private static final int AT_ONCE = 100;
  private static final int BATCH = 100;
  private static final int FLUSH = 1_000;

  private final Handlers handlers = Handlers.create(new Limits(() -> 512 << 20, 64 << 20), new Random(1));
  private final Store store;
  private final SlotExecutor executor;

  private AlgebraMeasure(Path directory) {
    store = Store.open(directory, StoreOptions.DEFAULT, InstantSource.system());
    executor = new SlotExecutor(store, this);
  }

  /** @param arguments none */
  public static void main(String[] arguments) throws IOException {
    try (AlgebraMeasure measure = new AlgebraMeasure(Files.createTempDirectory("measure"))) {
      measure.measure();
    }
  }

  private void measure() {
    fill("z1", 0, ELEMENTS, true);
    fill("z2", ELEMENTS / 2, ELEMENTS, true);
    fill("few", ELEMENTS / 2, 1000, true);
    fill("s1", 0, ELEMENTS, false);
    fill("s2", ELEMENTS / 2, ELEMENTS, false);
    store.flush();
    for (int round = 0; round < 2; round++) {
      once("ZUNIONSTORE", "t", "2", "z1", "z2");
      once("ZINTERSTORE", "t", "2", "z1", "z2");
      once("ZDIFFSTORE", "t", "2", "z1", "z2");
      once("ZINTERCARD", "2", "z1", "z2");
      once("ZINTERCARD", "2", "z1", "few");
      once("ZINTERSTORE", "t", "2", "z1", "few");
      once("ZINTERCARD", "2", "s1", "z2");
      once("SUNIONSTORE", "t", "s1", "s2");
      once("SINTERSTORE", "t", "s1", "s2");
      once("SDIFFSTORE", "t", "s1", "s2");
      once("SUNIONSTORE", "t", "s1");
    }
  }

  private void once(String... words) {
    store.flush();
    report(String.join(" ", words), 1, i -> request(words));
    store.flush();
    run(0, 1, i -> request("DEL", "t"));
  }

  private void fill(String key, int from, int count, boolean scored) {
    report("filling " + key, count / AT_ONCE, i -> {
      List<String> words = new ArrayList<>(List.of(scored ? "ZADD" : "SADD", key));
      for (int k = 0; k < AT_ONCE; k++) {
        int number = from + i * AT_ONCE + k;
        if (scored) {
          words.add(Long.toString(number * 7919L % 1_000_003));
        }
        words.add("member:" + number);
      }
      return request(words.toArray(String[]::new));
    });
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
    double millis = (System.nanoTime() - begin) / 1e6;
    System.out.printf("%-40s %,12.0f ms%n", what, millis);
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
