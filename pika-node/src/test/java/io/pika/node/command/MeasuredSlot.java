package io.pika.node.command;

import io.pika.node.engine.Leadership;
import io.pika.node.engine.SlotExecutor;
import io.pika.node.engine.SlotTask;
import io.pika.node.engine.Verdict;
import io.pika.node.store.Store;
import io.pika.node.store.StoreOptions;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;

/** A slot on the real engine and store, for measures of how long commands take. */
final class MeasuredSlot implements AutoCloseable, Leadership {
  /**
   * @param commands of one batch
   * @param flushed nobody flushes in the background as long as writes come this fast, so it is done before every so many
   *     commands
   */
  record Batches(int commands, int flushed) {}

  private final Batches batches;
  private final Handlers handlers;
  private final Store store;
  private final SlotExecutor executor;

  MeasuredSlot(Batches batches, RandomGenerator random) throws IOException {
    this.batches = batches;
    handlers = Handlers.create(new Limits(() -> 512 << 20, 64 << 20), random);
    store = Store.open(Files.createTempDirectory("measure"), StoreOptions.DEFAULT, InstantSource.system());
    executor = new SlotExecutor(store, this);
  }

  void flush() {
    store.flush();
  }

  /** How long so many commands take; one that is answered with an error is a mistake. */
  Duration time(int commands, IntFunction<Request> command) {
    long begin = System.nanoTime();
    for (int done = 0; done < commands; done += batches.commands) {
      if (done % batches.flushed == 0) {
        store.flush();
      }
      run(done, Math.min(commands, done + batches.commands), command);
    }
    return Duration.ofNanos(System.nanoTime() - begin);
  }

  private void run(int from, int to, IntFunction<Request> command) {
    List<CompletableFuture<Reply>> replies = new ArrayList<>();
    List<SlotTask> batch = new ArrayList<>();
    for (int i = from; i < to; i++) {
      Request next = command.apply(i);
      CompletableFuture<Reply> reply = new CompletableFuture<>();
      replies.add(reply);
      batch
          .add(new SlotTask(1, 5, 1, next, Objects.requireNonNull(handlers.find(next)),
              new FutureReply(reply)));
    }
    executor.run(batch);
    for (CompletableFuture<Reply> reply : replies) {
      if (reply.join() instanceof Reply.Err error) {
        throw new IllegalStateException(error.text());
      }
    }
  }

  @Override
  public Verdict check(int table, int slot, long epoch) {
    return Verdict.LEADS;
  }

  @Override
  public long lease() {
    return 1;
  }

  @Override
  public boolean holds(long lease) {
    return true;
  }

  @Override
  public boolean needsLease(int table, int slot) {
    return false;
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
