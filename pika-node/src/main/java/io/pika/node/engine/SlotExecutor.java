package io.pika.node.engine;

import io.pika.node.log.LogException;
import io.pika.node.store.Batch;
import io.pika.node.store.KeyEvent;
import io.pika.node.store.KeySpace;
import io.pika.node.store.Store;
import io.pika.node.store.StoreException;
import io.pika.node.store.TableGoneException;
import io.pika.proxy.protocol.Access;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the commands of one socket read: under the locks of all their slots, in order, with one append for all
 * that they changed; the replies go out when the log says that what they saw is safe.
 *
 * <p>If the append fails, nothing has happened: the effects are taken back, and the commands run again, where any
 * that would change something is refused instead. So no reply tells of what is not in the log. If the log breaks
 * after the append, the outcome is unknown, and every command that saw these effects is told so.
 *
 * <p>Called by the thread that read the socket; blocks for locks, for reads from the disk, and, when the disk is
 * behind, for a bounded time.
 */
public final class SlotExecutor {
  private static final Logger LOG = LoggerFactory.getLogger(SlotExecutor.class);
  static final int MAX_TASKS = 256;
  static final long MAX_BYTES = 1 << 20;
  static final long MAX_REPLY_BYTES = 16 << 20;
  static final Reply.Err INTERNAL = Reply.error("ERR internal error");
  static final Reply.Err UNREADABLE = Reply.error("ERR the disk cannot be read, see the node's log");
  private static final Reply.Err BEHIND = Reply.error(
      "MISCONF Writes are refused: the disk does not keep up or is full. Reads are served.");

  private final Store store;
  private final Leadership leadership;
  private volatile Consumer<KeyEvent> listener = event -> {};
  private final Parking parking = new Parking();

  /** What runs in one slot outside a batch. */
  interface SlotWork<T> {
    T run(Batch batch, KeySpace keys);
  }

  /** The slot is not led here at that epoch. */
  static final class NotLedException extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final Verdict verdict;

    NotLedException(Verdict verdict) {
      super(verdict.name(), null, false, false);
      this.verdict = verdict;
    }

    Verdict verdict() {
      return verdict;
    }
  }

  private record Slot(int table, int slot) {}

  public SlotExecutor(Store store, Leadership leadership) {
    this.store = store;
    this.leadership = leadership;
  }

  /** @param told of what happened to keys, when it is safe, in the order of each slot; must not block */
  public void listen(Consumer<KeyEvent> told) {
    listener = told;
  }

  Store store() {
    return store;
  }

  Leadership leadership() {
    return leadership;
  }

  /**
   * Runs the tasks in order, in pieces of bounded size. Those of a slot are all executed or, from one on, all
   * refused: none overtakes another. Refusals have been told when this returns; replies may come later, on a
   * thread of the log.
   *
   * @return how many of the tasks were taken: fewer than all when their replies are {@link #MAX_REPLY_BYTES} long
   *     already. The rest is for another call, when somebody has fetched these replies
   */
  public int run(List<SlotTask> tasks) {
    Map<Slot, Verdict> refused = new HashMap<>();
    int from = 0;
    while (from < tasks.size()) {
      int to = from;
      long bytes = 0;
      do {
        bytes += tasks.get(to).request().rawLength();
        to++;
      } while (to < tasks.size() && to - from < MAX_TASKS
          && bytes + tasks.get(to).request().rawLength() <= MAX_BYTES);
      from += runPiece(tasks.subList(from, to), refused);
      if (from < to) {
        break;
      }
    }
    return from;
  }

  private int runPiece(List<SlotTask> tasks, Map<Slot, Verdict> refused) {
    Reply.Err noWrites = tasks.stream().anyMatch(SlotExecutor::writes) ? whyNoWrites() : null;
    @Nullable Reply[] replies = new @Nullable Reply[tasks.size()];
    int[] stripes = stripes(tasks);
    Executed executed;
    store.locks().lock(stripes);
    try {
      checkLeadership(tasks, refused);
      executed = execute(tasks, refused, replies, noWrites);
    } finally {
      store.locks().unlock(stripes);
    }
    recheckParked(tasks);
    for (int i = 0; i < executed.taken; i++) {
      if (replies[i] == null) {
        refuse(tasks.get(i), refused);
      }
    }
    store.log().whenSafe(executed.position, failure -> {
      tell(executed.events, failure);
      answer(tasks, replies, failure);
      answer(executed.served, failure);
    });
    return executed.taken;
  }

  /** A change of leadership that came while a request began to wait may not have found it. */
  private void recheckParked(List<SlotTask> tasks) {
    for (SlotTask task : tasks) {
      if (task.job() instanceof Park
          && leadership.check(task.table(), task.slot(), task.epoch()) != Verdict.LEADS) {
        recheckWaiting();
        return;
      }
    }
  }

  /**
   * What a piece came to.
   *
   * @param position what to wait for
   * @param taken how many of its tasks were executed or refused
   * @param events what is to be told of keys then
   * @param served who had waited and waits no more
   */
  private record Executed(long position, int taken, List<KeyEvent> events, List<Parking.Waiter> served) {}

  private static boolean writes(SlotTask task) {
    return switch (task.job()) {
      case KeyHandler _ -> {
        Command command = task.request().command();
        yield command != null && (command.access() == Access.WRITE || command == Command.EVAL
            || command == Command.EVALSHA);
      }
      case Transaction transaction -> transaction.writes();
      case Park park -> {
        Command command = park.request().command();
        yield command != null && command.access() == Access.WRITE;
      }
      case Watch _,Unpark _ -> false;
    };
  }

  /** Why nothing can be changed now; null: it can. Waits for room. */
  Reply.@Nullable Err whyNoWrites() {
    LogException failure = store.log().failure();
    if (failure != null) {
      return misconf(failure);
    }
    return store.awaitRoom() ? null : BEHIND;
  }

  static Reply.Err misconf(LogException failure) {
    return Reply.error("MISCONF Errors writing to the log: " + failure.getMessage());
  }

  private int[] stripes(List<SlotTask> tasks) {
    return tasks.stream().mapToInt(task -> store.locks().stripe(task.table(), task.slot())).sorted()
        .distinct()
        .toArray();
  }

  /** Under the locks: what is led now is led until they are let go. */
  private void checkLeadership(List<SlotTask> tasks, Map<Slot, Verdict> refused) {
    for (SlotTask task : tasks) {
      Verdict verdict = leadership.check(task.table(), task.slot(), task.epoch());
      if (verdict != Verdict.LEADS) {
        refused.putIfAbsent(new Slot(task.table(), task.slot()), verdict);
      }
    }
  }

  private Executed execute(List<SlotTask> tasks, Map<Slot, Verdict> refused, @Nullable Reply[] replies,
      Reply.@Nullable Err noWrites) {
    Batch batch = store.batch();
    Parking.Turn turn = parking.turn();
    boolean done = false;
    try {
      int taken = runAll(tasks, refused, replies, batch, turn, noWrites);
      long position;
      try {
        position = batch.commit();
      } catch (LogException e) {
        batch.undo();
        turn.takeBack();
        taken = runAll(tasks, refused, replies, batch, turn, misconf(e));
        position = batch.seen();
      }
      done = true;
      return new Executed(position, taken, batch.events(), turn.settle());
    } finally {
      if (!done) {
        batch.undo();
        turn.takeBack();
        forget(replies);
      }
    }
  }

  /** Returns how many were taken: all, unless the replies grow too long. */
  private int runAll(List<SlotTask> tasks, Map<Slot, Verdict> refused, @Nullable Reply[] replies,
      Batch batch, Parking.Turn turn, Reply.@Nullable Err noWrites) {
    forget(replies);
    long bytes = 0;
    for (int i = 0; i < replies.length; i++) {
      if (bytes > MAX_REPLY_BYTES) {
        return i;
      }
      SlotTask task = tasks.get(i);
      Slot slot = new Slot(task.table(), task.slot());
      if (refused.containsKey(slot)) {
        continue;
      }
      Verdict verdict = enter(batch, task.table(), task.slot(), task.epoch());
      if (verdict == Verdict.LEADS) {
        Reply reply = runOne(task, batch, turn, noWrites);
        if (noWrites == null) {
          turn.serve(task, batch);
        }
        bytes += ReplySize.of(reply);
        replies[i] = reply;
      } else {
        refused.put(slot, verdict);
      }
    }
    return replies.length;
  }

  /** Those of a try that has not come to anything. */
  private static void forget(@Nullable Reply[] replies) {
    for (int i = 0; i < replies.length; i++) {
      Reply reply = replies[i];
      if (reply != null) {
        reply.release();
      }
      replies[i] = null;
    }
  }

  /** Whether the store too agrees: its newest record may know a higher epoch than the topology. */
  private static Verdict enter(Batch batch, int table, int slot, long epoch) {
    try {
      return batch.epoch(table, slot) > epoch ? Verdict.WRONG_EPOCH : Verdict.LEADS;
    } catch (TableGoneException e) {
      return Verdict.UNKNOWN_TABLE;
    }
  }

  private Reply runOne(SlotTask task, Batch batch, Parking.Turn turn, Reply.@Nullable Err noWrites) {
    KeySpace keys = batch.begin(task.table(), task.slot(), task.epoch());
    try {
      Reply reply = runJob(task, batch, turn, keys);
      if (noWrites == null) {
        batch.end();
        return reply;
      }
      return batch.drop() ? refusal(task, noWrites) : reply;
    } catch (RefusalException e) {
      batch.drop();
      return e.reply();
    } catch (StoreException e) {
      batch.drop();
      LOG.error("{} could not read the disk", task.request(), e);
      return UNREADABLE;
    } catch (RuntimeException | StackOverflowError e) {
      batch.drop();
      LOG.error("{} failed: a bug", task.request(), e);
      return INTERNAL;
    }
  }

  private static Reply runJob(SlotTask task, Batch batch, Parking.Turn turn, KeySpace keys) {
    return switch (task.job()) {
      case KeyHandler handler -> handler.run(new Args(task.request(), 1), keys);
      case Transaction transaction -> transaction.run(batch, keys);
      case Watch watch -> watch.run(batch);
      case Park park -> {
        Waiting waiting = park.parse(keys);
        Reply found = waiting.attempt(keys, waiting.keys());
        yield found == null ? turn.park(task, park, waiting, batch) : found;
      }
      case Unpark unpark -> {
        turn.unpark(task, unpark.ticket());
        yield Reply.OK;
      }
    };
  }

  private static Reply.Err refusal(SlotTask task, Reply.Err noWrites) {
    return task.job() instanceof Transaction ? Transaction.aborted(noWrites) : noWrites;
  }

  private static void refuse(SlotTask task, Map<Slot, Verdict> refused) {
    Verdict why = refused.get(new Slot(task.table(), task.slot()));
    if (why == null) {
      throw new IllegalStateException("a task was neither executed nor refused");
    }
    task.reply().refused(why);
  }

  private static void answer(List<SlotTask> tasks, @Nullable Reply[] replies,
      @Nullable LogException failure) {
    Reply unknown = failure == null ? null : misconf(failure);
    for (int i = 0; i < replies.length; i++) {
      Reply reply = replies[i];
      if (reply != null && reply != Parking.PARKED) {
        if (unknown != null) {
          reply.release();
        }
        tellOne(tasks.get(i), unknown == null ? reply : unknown);
      }
    }
  }

  private void tell(List<KeyEvent> events, @Nullable LogException failure) {
    if (failure != null || events.isEmpty()) {
      return;
    }
    try {
      events.forEach(listener);
    } catch (RuntimeException e) {
      LOG.error("What happened to keys could not be told", e);
    }
  }

  private static void answer(List<Parking.Waiter> served, @Nullable LogException failure) {
    Reply unknown = failure == null ? null : misconf(failure);
    served.forEach(waiter -> tellOne(waiter.task, unknown == null ? Parking.reply(waiter) : unknown));
  }

  /** Sends those away who wait where this node does not lead any more. To be called when leadership has changed. */
  public void recheckWaiting() {
    for (Parking.Place place : parking.places()) {
      Map<Parking.Waiter, Verdict> strays;
      int[] stripes = {store.locks().stripe(place.table(), place.slot())};
      store.locks().lock(stripes);
      try {
        strays = parking.takeStrays(place, leadership);
      } finally {
        store.locks().unlock(stripes);
      }
      strays.forEach((waiter, verdict) -> waiter.task.reply().refused(verdict));
    }
  }

  /** Requests that wait for something to be written. */
  public int waiting() {
    return parking.size();
  }

  /** One receiver that fails does not take the others' replies with it. */
  private static void tellOne(SlotTask task, Reply reply) {
    try {
      task.reply().done(reply);
    } catch (RuntimeException e) {
      LOG.error("The reply of {} could not be handed over", task.request(), e);
    }
  }

  /**
   * Runs something in one slot as a batch of its own, under its lock, and logs what it changed.
   *
   * @throws NotLedException this node does not lead the slot at that epoch
   * @throws RefusalException what it changed was refused and taken back
   */
  <T> T inSlot(int table, int slot, long epoch, SlotWork<T> work) {
    int[] stripes = {store.locks().stripe(table, slot)};
    store.locks().lock(stripes);
    try {
      Verdict verdict = leadership.check(table, slot, epoch);
      Batch batch = store.batch();
      verdict = verdict == Verdict.LEADS ? enter(batch, table, slot, epoch) : verdict;
      if (verdict != Verdict.LEADS) {
        throw new NotLedException(verdict);
      }
      return runAndCommit(batch, batch.begin(table, slot, epoch), work);
    } finally {
      store.locks().unlock(stripes);
    }
  }

  private <T> T runAndCommit(Batch batch, KeySpace keys, SlotWork<T> work) {
    boolean done = false;
    try {
      T result = work.run(batch, keys);
      batch.end();
      long position = batch.commit();
      done = true;
      List<KeyEvent> events = batch.events();
      if (!events.isEmpty()) {
        store.log().whenSafe(position, failure -> tell(events, failure));
      }
      return result;
    } catch (LogException e) {
      throw new RefusalException(misconf(e));
    } finally {
      if (!done) {
        batch.undo();
      }
    }
  }
}
