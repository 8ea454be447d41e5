package io.pika.node.engine;

import io.pika.core.bytes.Bytes;
import io.pika.node.store.Batch;
import io.pika.node.store.Entry;
import io.pika.node.store.KeyListener;
import io.pika.node.store.KeySpace;
import io.pika.node.store.StoreException;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Requests that wait in the slots led here, for each key in the order in which they came. The command that writes a key
 * serves them in its own batch, so that nobody sees what was meant for who waits, and what they take is logged with
 * it. They hold no thread and no lock. What is in here of a slot is guarded by the slot's lock.
 */
final class Parking {
  private static final Logger LOG = LoggerFactory.getLogger(Parking.class);
  /** Requests that wait on the whole node. */
  private static final int MOST = 32_768;
  private static final long MOST_BYTES = 64L << 20;
  /** Of the replies that one batch makes for those who wait; a write to a stream may be for thousands of readers. */
  private static final long SERVED_BYTES = 16L << 20;
  /** Those who wait and are looked at by one batch. */
  private static final int LOOKED_AT = 1_000;
  /** Stands for the reply of a request that has begun to wait. */
  static final Reply PARKED = Reply.simple("parked");
  private static final Reply.Err FULL = Reply.error("TRYAGAIN too many requests wait on the slot's leader");

  private final Map<Place, Places> places = new ConcurrentHashMap<>();
  private final WaitingShares shares = new WaitingShares(MOST, MOST_BYTES);

  record Place(int table, int slot) {}

  /** A request that waits. */
  static final class Waiter {
    final SlotTask task;
    final Park park;
    final Waiting waiting;
    /** What it is to be answered when the batch that serves it is in the log; null: it waits on. */
    private @Nullable Reply served;

    long bytes() {
      return park.bytes(waiting.keys().size());
    }

    Waiter(SlotTask task, Park park, Waiting waiting) {
      this.task = task;
      this.park = park;
      this.waiting = waiting;
    }
  }

  /** Who waits in one slot. */
  private static final class Places implements KeyListener {
    final Map<Bytes, Waiter> byTicket = new LinkedHashMap<>();
    final Map<Bytes, Set<Waiter>> byKey = new HashMap<>();
    /** Keys that were written and have not been looked at since. */
    final Set<Bytes> ready = new LinkedHashSet<>();
    /** Keys that were looked at, but not for all who wait for them: a batch serves so many. */
    final Set<Bytes> unfinished = new LinkedHashSet<>();

    @Override
    public void written(byte[] key) {
      Bytes name = Bytes.of(key);
      if (byKey.containsKey(name)) {
        ready.add(name);
      }
    }

    void add(Waiter waiter) {
      byTicket.put(waiter.park.ticket(), waiter);
      waiter.waiting.keys()
          .forEach(key -> byKey.computeIfAbsent(Bytes.of(key), _ -> new LinkedHashSet<>()).add(waiter));
    }

    void remove(Waiter waiter) {
      byTicket.remove(waiter.park.ticket());
      for (byte[] key : waiter.waiting.keys()) {
        Bytes name = Bytes.of(key);
        Set<Waiter> others = byKey.get(name);
        if (others != null && others.remove(waiter) && others.isEmpty()) {
          byKey.remove(name);
        }
      }
    }

    @Nullable
    Bytes nextReady() {
      if (ready.isEmpty()) {
        return null;
      }
      Bytes first = ready.iterator().next();
      ready.remove(first);
      return first;
    }
  }

  /** Requests that wait. */
  int size() {
    return shares.count();
  }

  Turn turn() {
    return new Turn();
  }

  /**
   * What came of looking at a key for somebody.
   *
   * @param reply null: it has nothing for them
   * @param absent there is no such key
   */
  private record Look(@Nullable Reply reply, boolean absent) {}

  /** What one batch does to those who wait: nothing of it holds before {@link #settle}. */
  final class Turn {
    private final List<Waiter> parked = new ArrayList<>(0);
    private final List<Waiter> served = new ArrayList<>(0);
    private final Map<Place, Long> unfinished = new HashMap<>(0);
    private final Set<Places> looked = new HashSet<>(0);
    private long servedBytes;
    private int looks;

    /** A task whose command found nothing. */
    Reply park(SlotTask task, Park park, Waiting waiting, Batch batch) {
      Waiter waiter = new Waiter(task, park, waiting);
      if (!shares.enter(task.table(), waiter.bytes())) {
        return FULL;
      }
      Place place = new Place(task.table(), task.slot());
      Places own = places.computeIfAbsent(place, _ -> new Places());
      batch.listen(own);
      own.add(waiter);
      parked.add(waiter);
      return PARKED;
    }

    void unpark(SlotTask task, Bytes ticket) {
      Places own = places.get(new Place(task.table(), task.slot()));
      Waiter waiter = own == null ? null : own.byTicket.get(ticket);
      if (waiter != null && waiter.served == null) {
        serve(waiter, Reply.NULL_ARRAY);
      }
    }

    private void serve(Waiter waiter, Reply reply) {
      waiter.served = reply;
      served.add(waiter);
      servedBytes += ReplySize.of(reply);
    }

    /** The task's command was taken back, with what it had written. */
    void forgetWrites(SlotTask task) {
      Places own = places.isEmpty() ? null : places.get(new Place(task.table(), task.slot()));
      if (own != null) {
        own.ready.clear();
      }
    }

    /** Slots where this batch has served enough, and somebody may still wait for what is there; with their epochs. */
    Map<Place, Long> unfinished() {
      return unfinished;
    }

    /** False: nobody waits anywhere, and there is nothing to {@link #serve}. */
    boolean maySomebodyWait() {
      return !places.isEmpty();
    }

    /** After each command that may have written: serves those who waited for what it wrote. */
    void serve(SlotTask writer, Batch batch) {
      serve(new Place(writer.table(), writer.slot()), writer.epoch(), batch);
    }

    /** Serves those who wait for what was written in a slot, and goes on where an earlier batch had served enough. */
    void serve(Place place, long epoch, Batch batch) {
      Places own = places.get(place);
      if (own == null) {
        return;
      }
      looked.add(own);
      own.ready.addAll(own.unfinished);
      own.unfinished.clear();
      for (Bytes key = own.nextReady(); key != null; key = own.nextReady()) {
        if (!serve(place, epoch, batch, key.array(), own.byKey.getOrDefault(key, Set.of()))) {
          own.unfinished.add(key);
          unfinished.put(place, epoch);
        }
      }
    }

    /** False: not everybody was looked at. */
    private boolean serve(Place place, long epoch, Batch batch, byte[] key, Set<Waiter> waiters) {
      boolean absent = false;
      for (Waiter waiter : waiters) {
        boolean concerned = !absent || waiter.waiting.gone() != null;
        if (waiter.served != null || waiter.task.epoch() != epoch || !concerned) {
          continue;
        }
        if (servedBytes > SERVED_BYTES || looks++ >= LOOKED_AT) {
          return false;
        }
        Look look = look(waiter, batch, batch.begin(place.table(), place.slot(), epoch), key);
        batch.endIfBegun();
        absent = look.absent;
        if (look.reply != null) {
          serve(waiter, look.reply);
        }
      }
      return true;
    }

    private Look look(Waiter waiter, Batch batch, KeySpace keys, byte[] key) {
      try {
        Entry entry = keys.find(key);
        boolean fits = entry != null && entry.type() == waiter.waiting.type();
        Reply reply = fits ? waiter.waiting.attempt(keys, List.of(key)) : waiter.waiting.gone();
        return new Look(reply, entry == null);
      } catch (RefusalException refused) {
        batch.drop();
        return new Look(refused.reply(), false);
      } catch (StoreException e) {
        batch.drop();
        LOG.error("{} could not read the disk when it was woken", waiter.park.request(), e);
        return new Look(SlotExecutor.UNREADABLE, false);
      } catch (RuntimeException | StackOverflowError e) {
        batch.drop();
        LOG.error("{} failed when it was woken: a bug", waiter.park.request(), e);
        return new Look(SlotExecutor.INTERNAL, false);
      }
    }

    /** The batch is not in the log: all wait as before. */
    void takeBack() {
      parked.forEach(waiter -> leave(waiter));
      parked.clear();
      served.forEach(waiter -> {
        reply(waiter).release();
        waiter.served = null;
      });
      served.clear();
      servedBytes = 0;
      looks = 0;
      unfinished.clear();
      looked.forEach(own -> own.ready.clear());
    }

    /** The batch is in the log: those who were served go. Under the locks of its slots. */
    List<Waiter> settle() {
      served.forEach(waiter -> leave(waiter));
      return served;
    }
  }

  /** The reply of a waiter that was served. */
  static Reply reply(Waiter waiter) {
    Reply reply = waiter.served;
    if (reply == null) {
      throw new IllegalStateException("nobody has served this waiter");
    }
    return reply;
  }

  private void leave(Waiter waiter) {
    Place place = new Place(waiter.task.table(), waiter.task.slot());
    Places own = places.get(place);
    if (own == null || own.byTicket.get(waiter.park.ticket()) != waiter) {
      return;
    }
    own.remove(waiter);
    shares.leave(place.table, waiter.bytes());
  }

  /** Slots in which somebody waits, or has waited. */
  Set<Place> places() {
    return Set.copyOf(places.keySet());
  }

  /** Takes out those who wait where the slot is not led under their epoch. Under the slot's lock. */
  Map<Waiter, Verdict> takeStrays(Place place, Leadership leadership) {
    Map<Waiter, Verdict> strays = new LinkedHashMap<>();
    Places own = places.get(place);
    if (own == null) {
      return strays;
    }
    for (Waiter waiter : List.copyOf(own.byTicket.values())) {
      Verdict verdict = leadership.check(place.table, place.slot, waiter.task.epoch());
      if (verdict != Verdict.LEADS) {
        strays.put(waiter, verdict);
        leave(waiter);
      }
    }
    if (own.byTicket.isEmpty()) {
      places.remove(place);
    }
    return strays;
  }
}
