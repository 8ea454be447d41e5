package io.pika.node.engine;

import io.pika.core.bytes.Bytes;
import io.pika.node.store.Batch;
import io.pika.node.store.Entry;
import io.pika.node.store.KeyListener;
import io.pika.node.store.KeySpace;
import io.pika.node.store.StoreException;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.ReplySize;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SequencedMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
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
  private static final long NO_EPOCH = -1;
  /** Stands for the reply of a request that has begun to wait. */
  static final Reply PARKED = Reply.simple("parked");
  private static final Reply.Err FULL = Reply.error("TRYAGAIN too many requests wait on the slot's leader");

  private final Map<Place, Places> places = new ConcurrentHashMap<>();
  private final WaitingShares shares = new WaitingShares(MOST, MOST_BYTES);
  private final AtomicLong numbers = new AtomicLong();

  record Place(int table, int slot) {}

  /**
   * Who of those who wait for a key is still to be looked at. So nobody is looked at twice for one write, and writes that
   * keep coming do not keep those far behind from their look.
   *
   * @param after all with higher numbers
   * @param anew and then all once more: the key was written after the first of them were looked at
   */
  private record Rest(long after, boolean anew) {
    static final Rest ALL = new Rest(0, false);

    Rest writtenAgain() {
      return after == 0 ? this : new Rest(after, true);
    }
  }

  /** A request that waits. */
  static final class Waiter {
    /** Who came later has a higher one; the first has 1. */
    final long number;
    final SlotTask task;
    final Park park;
    final Waiting waiting;
    /** What it is to be answered when the batch that serves it is in the log; null: it waits on. */
    private @Nullable Reply served;

    long bytes() {
      return park.bytes(waiting.keys().size());
    }

    Waiter(long number, SlotTask task, Park park, Waiting waiting) {
      this.number = number;
      this.task = task;
      this.park = park;
      this.waiting = waiting;
    }
  }

  /** Who waits in one slot. */
  private static final class Places implements KeyListener {
    final Map<Bytes, Waiter> byTicket = new LinkedHashMap<>();
    /** In the order of their numbers. */
    final Map<Bytes, NavigableMap<Long, Waiter>> byKey = new HashMap<>();
    /** Keys that were written since anybody was looked at. */
    final Set<Bytes> ready = new LinkedHashSet<>();
    /** Keys that were written, and not looked at for all who wait for them: a batch looks at so many. */
    final SequencedMap<Bytes, Rest> unfinished = new LinkedHashMap<>();
    /** The epoch under which a batch of its own is on its way to go on with these. */
    long goesOnAt = NO_EPOCH;

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
          .forEach(key -> byKey.computeIfAbsent(Bytes.of(key), _ -> new TreeMap<>())
              .put(waiter.number, waiter));
    }

    void remove(Waiter waiter) {
      byTicket.remove(waiter.park.ticket());
      for (byte[] key : waiter.waiting.keys()) {
        Bytes name = Bytes.of(key);
        NavigableMap<Long, Waiter> others = byKey.get(name);
        if (others != null && others.remove(waiter.number) != null && others.isEmpty()) {
          byKey.remove(name);
        }
      }
    }

    /** The key that has been unfinished for longest. */
    Map.@Nullable Entry<Bytes, Rest> next() {
      ready.forEach(key -> unfinished.merge(key, Rest.ALL, (rest, _) -> rest.writtenAgain()));
      ready.clear();
      return unfinished.firstEntry();
    }

    Collection<Waiter> waiters(Bytes key, long after) {
      NavigableMap<Long, Waiter> all = byKey.get(key);
      return all == null ? List.of() : all.tailMap(after, false).values();
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
    /** What was unfinished where this batch has looked, from before it did. */
    private final Map<Places, Map<Bytes, Rest>> before = new HashMap<>(0);
    private long servedBytes;
    private int looks;

    /** A task whose command found nothing. */
    Reply park(SlotTask task, Park park, Waiting waiting, Batch batch) {
      Waiter waiter = new Waiter(numbers.incrementAndGet(), task, park, waiting);
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

    /** Slots, with their epochs, where this batch has looked at enough who wait, and nobody else goes on yet. */
    Map<Place, Long> unfinished() {
      unfinished.entrySet().removeIf(each -> !goesOn(each.getKey(), each.getValue()));
      return unfinished;
    }

    /** False: a batch that goes on there is on its way already. */
    private boolean goesOn(Place place, long epoch) {
      Places own = places.get(place);
      if (own == null || own.goesOnAt == epoch) {
        return false;
      }
      own.goesOnAt = epoch;
      return true;
    }

    /** False: nobody waits anywhere, and there is nothing to {@link #serve}. */
    boolean maySomebodyWait() {
      return !places.isEmpty();
    }

    /** After each command that may have written: serves those who waited for what it wrote. */
    void serve(SlotTask writer, Batch batch) {
      serve(new Place(writer.table(), writer.slot()), writer.epoch(), batch);
    }

    /** Serves those who wait for what was written in a slot, and goes on where an earlier batch had looked at enough. */
    void serve(Place place, long epoch, Batch batch) {
      Places own = places.get(place);
      if (own == null) {
        return;
      }
      before.computeIfAbsent(own, each -> new LinkedHashMap<>(each.unfinished));
      for (Map.Entry<Bytes, Rest> next = own.next(); next != null; next = own.next()) {
        Bytes key = next.getKey();
        Rest rest = serve(own, epoch, batch, key, next.getValue());
        // What those who wait for a key have done to it themselves brings nothing to the others.
        own.ready.remove(key);
        own.unfinished.remove(key);
        if (rest != null) {
          own.unfinished.put(key, rest);
          unfinished.put(place, epoch);
          return;
        }
      }
    }

    /** Returns who is left when this batch has looked at enough; null: nobody. */
    private @Nullable Rest serve(Places own, long epoch, Batch batch, Bytes key, Rest rest) {
      boolean absent = false;
      for (Waiter waiter : own.waiters(key, rest.after)) {
        boolean concerned = !absent || waiter.waiting.gone() != null;
        if (waiter.served != null || waiter.task.epoch() != epoch || !concerned) {
          continue;
        }
        if (servedBytes > SERVED_BYTES || looks++ >= LOOKED_AT) {
          return new Rest(waiter.number - 1, rest.anew);
        }
        Look look = look(waiter, batch, batch.begin(waiter.task.table(), waiter.task.slot(), epoch),
            key.array());
        batch.endIfBegun();
        absent = look.absent;
        if (look.reply != null) {
          serve(waiter, look.reply);
        }
      }
      return rest.anew ? serve(own, epoch, batch, key, Rest.ALL) : null;
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
      before.forEach((own, rests) -> {
        own.ready.clear();
        own.unfinished.clear();
        own.unfinished.putAll(rests);
      });
      before.clear();
    }

    /** The batch is in the log: those who were served go. Under the locks of its slots. */
    List<Waiter> settle() {
      served.forEach(waiter -> leave(waiter));
      return served;
    }
  }

  /** A batch that was to go on with those who wait in a slot begins, or does not come. Under the slot's lock. */
  void goesOnNow(Place place) {
    Places own = places.get(place);
    if (own != null) {
      own.goesOnAt = NO_EPOCH;
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
