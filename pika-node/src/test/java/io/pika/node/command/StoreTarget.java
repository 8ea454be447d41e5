package io.pika.node.command;

import io.pika.node.engine.KeyHandler;
import io.pika.node.engine.Leadership;
import io.pika.node.engine.RangeExecutor;
import io.pika.node.engine.RangeTask;
import io.pika.node.engine.SlotExecutor;
import io.pika.node.engine.SlotTask;
import io.pika.node.engine.Verdict;
import io.pika.node.store.Store;
import io.pika.node.store.StoreOptions;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import io.pika.testkit.differential.Call;
import io.pika.testkit.differential.Target;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * The handlers on the real engine and store, all but the network: calls come in batches of changing size, and in
 * the middle of every other program what is in memory goes down to RocksDB. Each program has a table of its own.
 */
final class StoreTarget implements Target {
  private static final int SLOT = 5;
  private static final long EPOCH = 1;
  /** Calls after which replies that are long are fetched: those before have changed what they were read from. */
  private static final int FETCHED = 20;

  private final Handlers handlers;
  private final Store store;
  private final SlotExecutor executor;
  private final RangeExecutor ranges;
  private int table;

  private final Leadership leadership = new Leadership() {
    @Override
    public Verdict check(int wanted, int slot, long epoch) {
      return epoch == EPOCH ? Verdict.LEADS : Verdict.WRONG_EPOCH;
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
    public boolean needsLease(int wanted, int slot) {
      return false;
    }

    @Override
    public long epoch(int wanted, int slot) {
      return EPOCH;
    }
  };

  StoreTarget(Handlers handlers, Path directory) {
    this(handlers, directory, StoreOptions.DEFAULT);
  }

  StoreTarget(Handlers handlers, Path directory, StoreOptions options) {
    this.handlers = handlers;
    this.store = Store.open(directory, options, InstantSource.system());
    this.executor = new SlotExecutor(store, leadership);
    this.ranges = new RangeExecutor(executor, 64 << 20);
  }

  @Override
  public List<byte[]> run(int protocol, List<Call> calls) {
    table++;
    List<byte[]> fetched = new ArrayList<>();
    List<CompletableFuture<Reply>> replies = new ArrayList<>();
    List<SlotTask> batch = new ArrayList<>();
    for (int i = 0; i < calls.size(); i++) {
      CompletableFuture<Reply> reply = new CompletableFuture<>();
      replies.add(reply);
      add(Request.of(calls.get(i).array()), reply, batch);
      if (batch.size() > i % 4) {
        runAll(batch);
      }
      if (i == calls.size() / 2 && table % 2 == 0) {
        runAll(batch);
        store.flush();
      }
      if (i % FETCHED == FETCHED - 1) {
        fetch(replies, batch, protocol, fetched);
      }
    }
    fetch(replies, batch, protocol, fetched);
    return fetched;
  }

  private void fetch(List<CompletableFuture<Reply>> replies, List<SlotTask> batch, int protocol,
      List<byte[]> fetched) {
    runAll(batch);
    replies.forEach(reply -> fetched
        .add(HandlersTarget.encoded(reply.orTimeout(30, TimeUnit.SECONDS).join(), protocol)));
    replies.clear();
  }

  private void add(Request request, CompletableFuture<Reply> reply, List<SlotTask> batch) {
    Reply refusal = RequestChecks.refusal(request);
    if (refusal != null) {
      reply.complete(refusal);
      return;
    }
    if (request.command() == Command.KEYS) {
      runAll(batch);
      ranges.keys(new RangeTask(table, SLOT, SLOT, EPOCH, new FutureReply(reply)),
          ScanOptions.matching(request.arg(1)));
      return;
    }
    KeyHandler handler = Objects.requireNonNull(handlers.findAlone(request), request::toString);
    batch.add(new SlotTask(table, SLOT, EPOCH, request, handler, new FutureReply(reply)));
  }

  private void runAll(List<SlotTask> batch) {
    List<SlotTask> tasks = List.copyOf(batch);
    batch.clear();
    for (int done = 0; done < tasks.size();) {
      done += executor.run(tasks.subList(done, tasks.size()));
    }
  }

  @Override
  public void close() {
    store.close();
  }
}
