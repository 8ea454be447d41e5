package io.pika.node.replica;

import io.pika.core.model.Acks;
import io.pika.core.model.SlotRange;
import io.pika.core.model.Table;
import io.pika.core.topology.Topology;
import io.pika.core.topology.TopologyChange;
import io.pika.node.engine.Followers;
import io.pika.node.log.LogSearch.Slot;
import io.pika.node.replica.LedSlot.Wait;
import io.pika.proxy.peer.PeerTimer;
import io.pika.proxy.protocol.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What waits until followers have it, in tables that ask for that. A slot is known to be kept up to a position for as long as this
 * node leads it at one epoch, whoever goes away meanwhile. At another epoch nothing is known: what was found in the log
 * at an election is told to nobody before it is on as many nodes as if it were new.
 *
 * <p>Bounded by the requests that are under way, each of which waits once and for a limited time.
 */
public final class Acknowledgements implements Followers, Topology.Listener {
  private static final Logger LOG = LoggerFactory.getLogger(Acknowledgements.class);
  private static final long LOOK_MS = 50;
  private static final int AS_TABLE_ASKS = -1;
  /** Of those who count followers: no client is cut off when its request is. */
  private static final int MOST_RANGES = 16_384;
  private static final Reply.Err LED_ELSEWHERE = Reply
      .error("IOERR another node leads the slot now, and it is not"
          + " known whether enough followers have this; the outcome of a write is unknown");

  private final int self;
  private final Topology topology;
  private final Supplier<Duration> timeout;
  private final PeerTimer timer;
  private final Shipped shipped;
  private final Map<Slot, LedSlot> led = new ConcurrentHashMap<>();
  private volatile boolean asked;

  /** Guards those who wait. */
  private final ReentrantLock lock = new ReentrantLock();
  private final Map<Slot, LedSlot> waitedFor = new HashMap<>();
  private final List<RangeWait> ranges = new ArrayList<>();
  private boolean looking;
  private volatile int waiting;

  /** What has come true, in the order in which it is to be told; by one thread at a time. */
  private final ConcurrentLinkedQueue<Runnable> ready = new ConcurrentLinkedQueue<>();
  private final AtomicInteger telling = new AtomicInteger();
  private final LongAdder late = new LongAdder();
  private final LongAdder refused = new LongAdder();

  /** How far followers are. Any thread, often. */
  interface Shipped {
    /** Up to which position of this node's log a follower has all records of a slot; -1: that is not known. */
    long acknowledged(int node, Slot slot);
  }

  /**
   * Counts.
   *
   * @param waiting slots, or ranges of them, for which replies wait now
   * @param late replies that waited in vain, since the start
   * @param refused writes that were not begun for too few followers, since the start
   */
  public record Stats(int waiting, long late, long refused) {}

  private static final class RangeWait {
    final int table;
    final int from;
    final int to;
    /** Followers that must have it; {@link #AS_TABLE_ASKS}: what the table asks for. */
    final int followers;
    final Wait wait;
    /** All slots before it are kept. */
    int next;

    RangeWait(int table, int from, int to, int followers, Wait wait) {
      this.table = table;
      this.from = from;
      this.to = to;
      this.followers = followers;
      this.next = from;
      this.wait = wait;
    }
  }

  /** @param timeout longest wait; and how long a slot may have too few followers before writes to it are refused */
  Acknowledgements(int self, Topology topology, Supplier<Duration> timeout, PeerTimer timer,
      Shipped shipped) {
    this.self = self;
    this.topology = topology;
    this.timeout = timeout;
    this.timer = timer;
    this.shipped = shipped;
    topology.listen(this);
  }

  @Override
  public void topologyChanged(TopologyChange change) {
    asked = topology.tables().stream().anyMatch(
        table -> asks(table) && table.ranges().stream().anyMatch(range -> needed(table, range) > 0));
    settle();
    lock.lock();
    try {
      // Who waits is told of a change first.
      led.entrySet().removeIf(each -> !waitedFor.containsKey(each.getKey())
          && !isLed(range(topology.table(each.getKey().table()), each.getKey().slot()),
              each.getValue().epoch));
    } finally {
      lock.unlock();
    }
  }

  private static boolean asks(Table table) {
    return !table.acks().equals(Acks.NONE);
  }

  /** Followers that must have what is done in slots led here. */
  private int needed(Table table, SlotRange range) {
    return range.leader() == self && range.isReplicated() ? table.acks().needed(range.counting()) : 0;
  }

  private static @Nullable SlotRange range(@Nullable Table table, int slot) {
    return table == null || slot >= table.slots() ? null : table.range(slot);
  }

  private boolean isLed(@Nullable SlotRange range, long epoch) {
    return range != null && range.leader() == self && range.epoch() == epoch;
  }

  @Override
  public boolean areAsked() {
    return asked;
  }

  @Override
  public boolean mustHave(int table, int slot, long position) {
    Table known = topology.table(table);
    SlotRange range = range(known, slot);
    if (known == null || range == null || !asks(known) || needed(known, range) == 0) {
      return false;
    }
    LedSlot here = led.get(new Slot(table, slot));
    return here == null || here.epoch != range.epoch() || here.kept < position;
  }

  @Override
  public Reply.@Nullable Err tooFew(int table, int slot) {
    Table known = topology.table(table);
    SlotRange range = range(known, slot);
    if (known == null || range == null || !asks(known)) {
      return null;
    }
    int needed = needed(known, range);
    if (needed == 0) {
      return null;
    }
    Slot place = new Slot(table, slot);
    int there = followersAt(range, place, 0);
    LedSlot here = ledAt(place, range.epoch());
    if (there >= needed) {
      here.lackingSinceMs = -1;
      return null;
    }
    return lacksForLong(here) ? refusal(needed, there) : null;
  }

  /** For a while they may come back, and a write waits for them. */
  private boolean lacksForLong(LedSlot here) {
    long nowMs = timer.nowMs();
    if (here.lackingSinceMs < 0) {
      here.lackingSinceMs = nowMs;
    }
    return nowMs - here.lackingSinceMs >= timeout.get().toMillis();
  }

  private Reply.Err refusal(int needed, int there) {
    refused.increment();
    return Reply.error("NOREPLICAS Not enough good replicas to write: the table's acks ask for " + needed
        + " in step with the leader, and " + there + " are. Nothing was changed.");
  }

  private LedSlot ledAt(Slot slot, long epoch) {
    LedSlot known = led.get(slot);
    if (known != null && known.epoch >= epoch) {
      return known;
    }
    return led.merge(slot, new LedSlot(epoch), (old, anew) -> old.epoch >= anew.epoch ? old : anew);
  }

  /** Followers that count and have all records of a slot up to a position. */
  private int followersAt(SlotRange range, Slot slot, long position) {
    int count = 0;
    for (int node : range.replicas()) {
      if (node != self && !range.learners().contains(node) && shipped.acknowledged(node, slot) >= position) {
        count++;
      }
    }
    return count;
  }

  /** Up to which position so many followers that count have all records of a slot. */
  private long keptUpTo(SlotRange range, Slot slot, int needed) {
    if (needed == 0) {
      return Long.MAX_VALUE;
    }
    long[] positions = range.replicas().stream()
        .filter(node -> node != self && !range.learners().contains(node))
        .mapToLong(node -> shipped.acknowledged(node, slot)).sorted().toArray();
    return positions.length < needed ? -1 : positions[positions.length - needed];
  }

  @Override
  public void whenKept(int table, int from, int to, long position, Kept then) {
    lock.lock();
    try {
      Wait wait = new Wait(position, timer.nowMs() + timeout.get().toMillis(), then);
      if (from == to) {
        await(new Slot(table, from), wait);
      } else {
        await(new RangeWait(table, from, to, AS_TABLE_ASKS, wait));
      }
      waiting = waitedFor.size() + ranges.size();
      look();
    } finally {
      lock.unlock();
    }
    tell();
  }

  @Override
  public void whenFollowed(int table, int from, int to, long position, int followers, long timeoutMs,
      IntConsumer then) {
    lock.lock();
    try {
      long until = timer.nowMs() + (ranges.size() < MOST_RANGES ? timeoutMs : 0);
      await(new RangeWait(table, from, to, followers,
          new Wait(position, until, unknown -> then.accept(fewest(table, from, to, position)))));
      waiting = waitedFor.size() + ranges.size();
      look();
    } finally {
      lock.unlock();
    }
    tell();
  }

  private int fewest(int table, int from, int to, long position) {
    int fewest = Integer.MAX_VALUE;
    Table known = topology.table(table);
    for (int slot = from; slot <= to; slot++) {
      SlotRange range = range(known, slot);
      int count = range == null || range.leader() != self
          ? 0
          : followersAt(range, new Slot(table, slot), position);
      fewest = Math.min(fewest, count);
    }
    return fewest;
  }

  private void await(RangeWait range) {
    if (!isSettled(range, timer.nowMs())) {
      ranges.add(range);
    }
  }

  private void await(Slot slot, Wait wait) {
    SlotRange range = range(topology.table(slot.table()), slot.slot());
    if (range == null || range.leader() != self) {
      ready.add(() -> wait.then().settled(LED_ELSEWHERE));
      return;
    }
    LedSlot here = ledAt(slot, range.epoch());
    LedSlot before = waitedFor.put(slot, here);
    if (before != null && before != here) {
      fail(before, LED_ELSEWHERE);
    }
    here.waits.add(wait);
    if (isSettled(slot, here, timer.nowMs())) {
      waitedFor.remove(slot);
    }
  }

  private void look() {
    if (waiting > 0 && !looking) {
      looking = true;
      timer.after(LOOK_MS, () -> {
        lock.lock();
        try {
          looking = false;
        } finally {
          lock.unlock();
        }
        settle();
      });
    }
  }

  /** Lets go who waits in vain or no more. To be called when followers have acknowledged something. */
  void settle() {
    if (waiting == 0) {
      return;
    }
    lock.lock();
    try {
      long nowMs = timer.nowMs();
      waitedFor.entrySet().removeIf(each -> isSettled(each.getKey(), each.getValue(), nowMs));
      ranges.removeIf(range -> isSettled(range, nowMs));
      waiting = waitedFor.size() + ranges.size();
      look();
    } finally {
      lock.unlock();
    }
    tell();
  }

  /** Whether nobody waits there any more. */
  private boolean isSettled(Slot slot, LedSlot here, long nowMs) {
    Table table = topology.table(slot.table());
    SlotRange range = range(table, slot.slot());
    if (table == null || range == null || !isLed(range, here.epoch)) {
      fail(here, LED_ELSEWHERE);
      return true;
    }
    int needed = needed(table, range);
    long kept = keptUpTo(range, slot, needed);
    for (Wait first = here.waits.peek(); first != null
        && first.position() <= kept; first = here.waits.peek()) {
      here.waits.remove();
      tell(first, null);
    }
    if (needed > 0 && kept > here.kept) {
      // Behind what it is about: nobody who finds it kept may be told of later things before.
      ready.add(() -> here.kept = Math.max(here.kept, kept));
    }
    for (Wait first = here.waits.peek(); first != null
        && first.deadlineMs() <= nowMs; first = here.waits.peek()) {
      here.waits.remove();
      late.increment();
      tell(first, unknown(needed, followersAt(range, slot, first.position())));
    }
    return here.waits.isEmpty();
  }

  private boolean isSettled(RangeWait each, long nowMs) {
    Table table = topology.table(each.table);
    while (each.next <= each.to) {
      SlotRange range = range(table, each.next);
      if (table == null || range == null || range.leader() != self) {
        tell(each.wait, LED_ELSEWHERE);
        return true;
      }
      Slot slot = new Slot(each.table, each.next);
      int needed = each.followers == AS_TABLE_ASKS
          ? needed(table, range)
          : Math.min(each.followers, range.counting() - 1);
      if (keptUpTo(range, slot, needed) < each.wait.position()) {
        if (each.wait.deadlineMs() > nowMs) {
          return false;
        }
        late.add(each.followers == AS_TABLE_ASKS ? 1 : 0);
        tell(each.wait, unknown(needed, followersAt(range, slot, each.wait.position())));
        return true;
      }
      each.next++;
    }
    tell(each.wait, null);
    return true;
  }

  private static Reply.Err unknown(int needed, int there) {
    return Reply.error("NOREPLICAS this is known to be on " + there + " of the " + needed
        + " followers that the table's acks ask for; what was written may be kept or lost");
  }

  private void fail(LedSlot here, Reply.Err why) {
    here.waits.forEach(wait -> tell(wait, why));
    here.waits.clear();
  }

  private void tell(Wait wait, Reply.@Nullable Err unknown) {
    ready.add(() -> wait.then().settled(unknown));
  }

  /** Not under the lock. */
  private void tell() {
    if (ready.isEmpty() || telling.getAndIncrement() != 0) {
      return;
    }
    int asked = 1;
    do {
      for (Runnable next = ready.poll(); next != null; next = ready.poll()) {
        try {
          next.run();
        } catch (RuntimeException | Error e) {
          LOG.error("What followers have could not be told", e);
        }
      }
      asked = telling.addAndGet(-asked);
    } while (asked != 0);
  }

  public Stats stats() {
    return new Stats(waiting, late.sum(), refused.sum());
  }
}
