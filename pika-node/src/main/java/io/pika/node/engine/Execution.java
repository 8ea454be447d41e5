package io.pika.node.engine;

import io.pika.node.engine.Ran.Stop;
import io.pika.node.log.LogException;
import io.pika.node.store.Announcement;
import io.pika.node.store.Batch;
import io.pika.node.store.KeySpace;
import io.pika.node.store.Store;
import io.pika.node.store.StoreException;
import io.pika.node.store.TableGoneException;
import io.pika.node.store.TooManyEffectsException;
import io.pika.node.store.TooMuchWorkException;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.ReplySize;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs tasks under the locks of their slots, which the caller holds: in order, as one batch of the store. */
final class Execution {
  private static final Logger LOG = LoggerFactory.getLogger(Execution.class);

  /**
   * Of the effects of one command: they are held in memory several times over until they are written. One value alone may be
   * longer.
   */
  private static final long EFFECT_BYTES = Math.clamp(Runtime.getRuntime().maxMemory() / 8, 64L << 20,
      256L << 20);
  /** What a record takes beside what the request says. */
  private static final int RECORD_BYTES = 64;
  private static final Reply.Err CHANGES_TOO_MUCH = Reply.error(
      "ERR this command changes more than " + EFFECT_BYTES + " bytes; nothing was changed");

  private static final BitSet NONE = new BitSet();

  private final Store store;
  private final Leadership leadership;
  private final Followers followers;
  private final Parking parking;

  Execution(Store store, Leadership leadership, Followers followers, Parking parking) {
    this.store = store;
    this.leadership = leadership;
    this.followers = followers;
    this.parking = parking;
  }

  /**
   * What a piece came to.
   *
   * @param replies null: its task was refused, or not taken
   * @param position what to wait for
   * @param taken how many of its tasks were executed or refused
   * @param stopped why not all
   * @param announcements what is to be told then
   * @param served who had waited and waits no more
   * @param unfinished slots, with their epochs, where more may be served
   * @param lease of before it was run
   * @param mustBeKept slots of which followers must have all records up to a position of the log before anything is told of them
   * @param refusals the replies which say that nothing was done, and wait for no follower
   */
  record Executed(@Nullable Reply[] replies, long position, int taken, Stop stopped,
      List<Announcement> announcements, List<Parking.Waiter> served, Map<Parking.Place, Long> unfinished,
      long lease, Map<Slot, Long> mustBeKept, BitSet refusals) {

    static Executed of(@Nullable Reply[] replies, long lease) {
      return new Executed(replies, 0, replies.length, Stop.NO, List.of(), List.of(), Map.of(), lease,
          Map.of(), NONE);
    }
  }

  /** Whatever goes wrong, each task that is taken has a reply or its slot is refused. */
  Executed execute(List<SlotTask> tasks, Map<Slot, Verdict> refused, Reply.@Nullable Err noWrites,
      long steps) {
    @Nullable Reply[] replies = new @Nullable Reply[tasks.size()];
    long lease = leadership.lease();
    try {
      checkLeadership(tasks, refused);
      return execute(tasks, refused, replies, noWrites, steps, lease);
    } catch (RuntimeException | StackOverflowError | OutOfMemoryError bug) {
      LOG.error("A batch failed: a bug", bug);
      forget(replies);
      Arrays.fill(replies, SlotExecutor.INTERNAL);
      return Executed.of(replies, lease);
    }
  }

  private Executed execute(List<SlotTask> tasks, Map<Slot, Verdict> refused, @Nullable Reply[] replies,
      Reply.@Nullable Err noWrites, long steps, long lease) {
    Batch batch = store.batch();
    Parking.Turn turn = parking.turn();
    BitSet refusals = new BitSet();
    boolean done = false;
    try {
      batch.bound(steps);
      batch.expect(expectedBytes(tasks));
      Ran ran = runAll(tasks, refused, replies, batch, turn, noWrites, refusals);
      long position;
      try {
        position = batch.commit();
      } catch (LogException e) {
        batch.undo();
        turn.takeBack();
        batch.bound(steps);
        ran = runAll(tasks, refused, replies, batch, turn, SlotExecutor.misconf(e), refusals);
        position = batch.seen();
      }
      done = true;
      return new Executed(replies, position, ran.taken(), ran.stopped(), batch.announcements(), turn.settle(),
          turn.unfinished(), lease, mustBeKept(batch), refusals);
    } finally {
      if (!done) {
        batch.undo();
        turn.takeBack();
      }
    }
  }

  private static long expectedBytes(List<SlotTask> tasks) {
    long bytes = 0;
    for (SlotTask task : tasks) {
      bytes += RECORD_BYTES + task.request().rawLength();
    }
    return bytes;
  }

  /** Goes on serving who waits in a slot for what is there. If that cannot be now, the slot's next command goes on. */
  Executed serveWaiting(Parking.Place place, long epoch, Reply.@Nullable Err noWrites) {
    parking.goesOnNow(place);
    Batch batch = store.batch();
    Parking.Turn turn = parking.turn();
    @Nullable Reply[] none = {};
    long lease = leadership.lease();
    boolean done = false;
    try {
      if (noWrites == null && followers.tooFew(place.table(), place.slot()) == null
          && leadership.check(place.table(), place.slot(), epoch) == Verdict.LEADS
          && enter(batch, place.table(), place.slot(), epoch) == Verdict.LEADS) {
        turn.serve(place, epoch, batch);
      }
      long position = batch.commit();
      done = true;
      return new Executed(none, position, 0, Stop.NO, batch.announcements(), turn.settle(),
          turn.unfinished(), lease, mustBeKept(batch), NONE);
    } catch (LogException e) {
      LOG.error("Who waits cannot be served now: {}", e.getMessage());
      return Executed.of(none, lease);
    } finally {
      if (!done) {
        batch.undo();
        turn.takeBack();
      }
    }
  }

  private Map<Slot, Long> mustBeKept(Batch batch) {
    if (!followers.areAsked()) {
      return Map.of();
    }
    Map<Slot, Long> positions = new HashMap<>();
    batch.forEachSlot((table, slot, position) -> {
      if (followers.mustHave(table, slot, position)) {
        positions.put(new Slot(table, slot), position);
      }
    });
    return positions;
  }

  private Reply.@Nullable Err tooFewFollowers(SlotTask task) {
    if (!followers.areAsked() || !SlotExecutor.mayWrite(task)) {
      return null;
    }
    Reply.Err tooFew = followers.tooFew(task.table(), task.slot());
    return tooFew == null ? null : SlotExecutor.refusal(task, tooFew);
  }

  /** Takes all, unless the replies grow too long or it is too much work. */
  private Ran runAll(List<SlotTask> tasks, Map<Slot, Verdict> refused, @Nullable Reply[] replies,
      Batch batch, Parking.Turn turn, Reply.@Nullable Err noWrites, BitSet refusals) {
    forget(replies);
    refusals.clear();
    long bytes = 0;
    for (int i = 0; i < replies.length; i++) {
      if (bytes > SlotExecutor.MAX_REPLY_BYTES) {
        return new Ran(i, Stop.REPLIES_LONG, List.of());
      }
      SlotTask task = tasks.get(i);
      if (SlotExecutor.isRefused(task, refused)) {
        continue;
      }
      Verdict verdict = enter(batch, task.table(), task.slot(), task.epoch());
      if (verdict != Verdict.LEADS) {
        refused.put(Slot.of(task), verdict);
        continue;
      }
      Reply.Err refusal = noWrites == null ? tooFewFollowers(task) : SlotExecutor.refusal(task, noWrites);
      try {
        replies[i] = runOne(task, batch, turn, refusal);
      } catch (TooMuchWorkException e) {
        return new Ran(i, Stop.TURN_OVER, List.of());
      }
      if (refusal == null && turn.maySomebodyWait()) {
        batch.unbounded(() -> turn.serve(task, batch));
      }
      if (replies[i] == refusal) {
        refusals.set(i);
      }
      bytes += ReplySize.of(replies[i]);
    }
    return Ran.all(replies.length);
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
  static Verdict enter(Batch batch, int table, int slot, long epoch) {
    try {
      return batch.epoch(table, slot) > epoch ? Verdict.WRONG_EPOCH : Verdict.LEADS;
    } catch (TableGoneException e) {
      return Verdict.UNKNOWN_TABLE;
    }
  }

  /** @param refusal what is answered if it would change anything; null: it may */
  private Reply runOne(SlotTask task, Batch batch, Parking.Turn turn, Reply.@Nullable Err refusal) {
    KeySpace keys = batch.begin(task.table(), task.slot(), task.epoch());
    batch.limit(task.job() instanceof Transaction ? Transaction.MAX_EFFECT_BYTES : EFFECT_BYTES);
    boolean kept = false;
    try {
      Reply reply = runJob(task, batch, turn, keys);
      if (refusal == null) {
        batch.end();
        kept = true;
        return reply;
      }
      if (!batch.drop()) {
        return reply;
      }
      reply.release();
      return refusal;
    } catch (RefusalException e) {
      batch.drop();
      return e.reply();
    } catch (TooMuchWorkException e) {
      batch.drop();
      throw e;
    } catch (TooManyEffectsException e) {
      batch.drop();
      return CHANGES_TOO_MUCH;
    } catch (StoreException e) {
      batch.drop();
      LOG.error("{} could not read the disk", task.request(), e);
      return SlotExecutor.UNREADABLE;
    } catch (RuntimeException | StackOverflowError e) {
      batch.drop();
      LOG.error("{} failed: a bug", task.request(), e);
      return SlotExecutor.INTERNAL;
    } finally {
      if (!kept) {
        turn.forgetWrites(task);
      }
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

  /** Under the locks: what is led now is led until they are let go. */
  private void checkLeadership(List<SlotTask> tasks, Map<Slot, Verdict> refused) {
    for (SlotTask task : tasks) {
      Verdict verdict = leadership.check(task.table(), task.slot(), task.epoch());
      if (verdict != Verdict.LEADS) {
        refused.putIfAbsent(Slot.of(task), verdict);
      }
    }
  }
}
