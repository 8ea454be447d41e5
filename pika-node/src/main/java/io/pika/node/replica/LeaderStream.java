package io.pika.node.replica;

import io.pika.node.history.SlotPosition;
import io.pika.node.log.LogCursor;
import io.pika.node.log.LogSearch.Slot;
import io.pika.node.log.LogSearch;
import io.pika.node.log.NodeLog;
import io.pika.node.log.RecordHeader;
import io.pika.node.replica.Message.Reason;
import io.pika.node.replica.Message.Refusal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The leader's side of one follower's connection: what of this node's log the follower is sent. One cursor reads for all slots that
 * are in step; a second one reads for those that have to catch up, from further back, until it comes to where the first one is.
 * Slots that would have to begin before the second one wait until it is done.
 *
 * <p>How far the follower is, is one number for all slots in step: the position of this log up to which it has acknowledged them.
 * One thread, but for {@link #has} and the counts.
 */
final class LeaderStream implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(LeaderStream.class);

  /**
   * @param messageBytes of records after which a message ends
   * @param onTheWayBytes sent and not acknowledged: nothing more is read then
   * @param stepBytes of the log that are read in one go, whether or not the follower wants them
   */
  record Limits(int messageBytes, long onTheWayBytes, long stepBytes) {
    static final Limits DEFAULT = new Limits(256 << 10, 8L << 20, 4L << 20);
  }

  /** What this node leads; asked often. */
  interface Leading {
    boolean leads(Slot slot, long epoch);
  }

  private final NodeLog log;
  private final Slots slots;
  private final Leading leading;
  private final Limits limits;
  private final Consumer<Message> out;

  private final Map<Slot, Subscription> subscriptions = new HashMap<>();
  /** Of those, for which it is not known yet where to read. */
  private final Map<Slot, Subscription> waiting = new HashMap<>();
  private final Reading inStep = new Reading();
  private final Reading behind = new Reading();
  private final ArrayDeque<Sent> onTheWay = new ArrayDeque<>();
  private long onTheWayBytes;
  /** Messages among them for slots in step. */
  private int inStepOnTheWay;
  private long number;
  private final List<Refusal> refusals = new ArrayList<>();

  /** Slots of which the follower has acknowledged to be in step. */
  private final Set<Slot> known = ConcurrentHashMap.newKeySet();
  private volatile long acknowledged = -1;
  private volatile int subscribed;

  /** @param position of the log up to which slots in step have been sent; -1: it was for others */
  private record Sent(long number, int bytes, long position, List<Subscription> joined) {}

  private static final class Reading {
    @Nullable LogCursor cursor;
    final Map<Slot, Subscription> slots = new HashMap<>();

    void close() throws IOException {
      LogCursor open = cursor;
      cursor = null;
      if (open != null) {
        open.close();
      }
    }
  }

  LeaderStream(NodeLog log, Slots slots, Leading leading, Limits limits, Consumer<Message> out) {
    this.log = log;
    this.slots = slots;
    this.leading = leading;
    this.limits = limits;
    this.out = out;
  }

  void receive(Message message) {
    switch (message) {
      case Message.Subscribe subscribe -> subscribe.wishes().forEach(this::subscribe);
      case Message.Unsubscribe unsubscribe -> unsubscribe.slots().forEach(this::forget);
      case Message.Acknowledge acknowledge -> acknowledged(acknowledge.number());
      case Message.TurnDown _,Message.Records _ ->
        throw new IllegalArgumentException("a follower said what only a leader says");
    }
    sendRefusals();
  }

  private void subscribe(Message.Wish wish) {
    forget(wish.slot());
    if (!leading.leads(wish.slot(), wish.epoch())) {
      refuse(wish.slot(), wish.epoch(), Reason.NOT_LED, 0);
      return;
    }
    SlotPosition here = slots.position(wish.slot());
    long theirs = wish.newest().index();
    long common = here.history().common(here.newest().index(), wish.history(), theirs);
    Subscription subscription = new Subscription(wish, here);
    if (common < theirs) {
      refuse(wish.slot(), wish.epoch(), Reason.DIVERGED, common);
    } else if (subscription.isDifferent()) {
      refuse(wish.slot(), wish.epoch(), Reason.DIFFERENT, 0);
    } else {
      subscriptions.put(wish.slot(), subscription);
      waiting.put(wish.slot(), subscription);
      subscribed = subscriptions.size();
    }
  }

  private void forget(Slot slot) {
    known.remove(slot);
    waiting.remove(slot);
    inStep.slots.remove(slot);
    behind.slots.remove(slot);
    subscriptions.remove(slot);
    subscribed = subscriptions.size();
  }

  private void refuse(Slot slot, long epoch, Reason reason, long common) {
    forget(slot);
    refusals.add(new Refusal(slot, epoch, reason, common));
  }

  private void sendRefusals() {
    if (!refusals.isEmpty()) {
      out.accept(new Message.TurnDown(List.copyOf(refusals)));
      refusals.clear();
    }
  }

  private void acknowledged(long upTo) {
    if (upTo > number) {
      throw new IllegalArgumentException("message " + upTo + " was acknowledged, and never sent");
    }
    while (!onTheWay.isEmpty() && onTheWay.getFirst().number <= upTo) {
      Sent sent = onTheWay.removeFirst();
      onTheWayBytes -= sent.bytes;
      sent.joined.stream().filter(each -> inStep.slots.get(each.slot) == each)
          .forEach(each -> known.add(each.slot));
      if (sent.position >= 0) {
        inStepOnTheWay--;
        acknowledged = sent.position;
      }
    }
  }

  /** What was read and was for nobody counts as well: else idle slots would be behind as long as others are written to. */
  private void passOver() {
    LogCursor cursor = inStep.cursor;
    if (cursor != null && inStepOnTheWay == 0) {
      acknowledged = cursor.position();
    }
  }

  /** Ends what this node does not lead any more. To be called when that may have changed. */
  void checkLeadership() {
    List.copyOf(subscriptions.values()).stream()
        .filter(each -> !leading.leads(each.slot, each.epoch))
        .forEach(each -> refuse(each.slot, each.epoch, Reason.NOT_LED, 0));
    sendRefusals();
  }

  /** Sends something, if there is anything and it may be sent. False: there was not. */
  boolean pump() throws IOException {
    boolean any = settleWaiting();
    any |= onTheWayBytes < limits.onTheWayBytes && step(inStep, Long.MAX_VALUE);
    // Twice, so that it comes nearer to the other one even if that always has something to do.
    for (int i = 0; i < 2 && onTheWayBytes < limits.onTheWayBytes; i++) {
      LogCursor first = inStep.cursor;
      any |= step(behind, first == null ? Long.MAX_VALUE : first.position());
    }
    any |= join();
    passOver();
    sendRefusals();
    return any;
  }

  /** Whether there may be something to send without anything being heard from the follower. */
  boolean hasWork() {
    LogCursor cursor = inStep.cursor == null ? behind.cursor : inStep.cursor;
    boolean open = onTheWayBytes < limits.onTheWayBytes;
    return open && cursor != null && cursor.position() < log.endPosition();
  }

  private boolean settleWaiting() throws IOException {
    if (waiting.isEmpty() || behind.cursor != null) {
      return false;
    }
    Map<Slot, LogSearch.Wanted> missing = new HashMap<>();
    long from = Long.MAX_VALUE;
    for (Subscription each : waiting.values()) {
      SlotPosition here = slots.position(each.slot);
      if (here.newest().index() >= each.next()) {
        missing.put(each.slot, each.wanted());
      }
      from = Math.min(from, here.logEnd());
    }
    try {
      LogSearch.Found found = LogSearch.find(log, missing);
      for (Slot gone : found.gone()) {
        Subscription each = subscriptions.get(gone);
        if (each != null) {
          refuse(gone, each.epoch, Reason.LOG_TOO_SHORT, 0);
        }
      }
      behind.slots.putAll(waiting);
      waiting.clear();
      if (!behind.slots.isEmpty()) {
        behind.cursor = new LogCursor(log, Math.min(from, found.position()));
      }
    } catch (LogCursor.GoneException e) {
      LOG.debug("The log was trimmed while it was searched: {}", e.getMessage());
    }
    return true;
  }

  private boolean step(Reading reading, long until) throws IOException {
    LogCursor cursor = reading.cursor;
    if (cursor == null) {
      return false;
    }
    if (reading.slots.isEmpty()) {
      close(reading);
      return true;
    }
    long before = cursor.position();
    try {
      ByteArrayOutputStream records = new ByteArrayOutputStream();
      Set<Subscription> touched = new LinkedHashSet<>();
      while (records.size() < limits.messageBytes && cursor.position() - before < limits.stepBytes
          && cursor.position() < until) {
        ByteBuffer frame = cursor.next();
        if (frame == null) {
          break;
        }
        collect(frame, cursor.position(), reading, records, touched);
      }
      touched.removeIf(each -> reading.slots.get(each.slot) != each);
      if (!touched.isEmpty()) {
        send(records, touched, reading == inStep ? cursor.position() : -1, List.of());
      }
    } catch (LogCursor.GoneException e) {
      LOG.info("A follower is so far behind that the log has been trimmed: {}", e.getMessage());
      reading.slots.keySet().forEach(known::remove);
      close(reading);
      waiting.putAll(reading.slots);
      reading.slots.clear();
      return true;
    }
    return cursor.position() > before;
  }

  /** Slots that join later may do so at an earlier position. */
  private void close(Reading reading) throws IOException {
    if (reading == inStep) {
      acknowledged = -1;
    }
    reading.close();
  }

  private void collect(ByteBuffer frame, long position, Reading reading, ByteArrayOutputStream records,
      Set<Subscription> touched) {
    while (frame.hasRemaining()) {
      RecordHeader header = RecordHeader.peek(frame);
      Subscription each = reading.slots.get(new Slot(header.table(), header.slot()));
      if (each != null && take(each, header, frame, position)) {
        records.write(frame.array(), frame.arrayOffset() + frame.position(), header.bytes());
        touched.add(each);
      }
      frame.position(frame.position() + header.bytes());
    }
  }

  private boolean take(Subscription each, RecordHeader header, ByteBuffer frame, long position) {
    return switch (each.judge(header, header.checksum(frame), position)) {
      case SENT -> true;
      case OLD -> false;
      case NEW_EPOCH -> {
        refuse(each.slot, each.epoch, Reason.NOT_LED, 0);
        yield false;
      }
      case HOLE -> {
        LOG.error("The log has no record {} of table {} slot {}, and later ones: a bug", each.next(),
            header.table(), header.slot());
        refuse(each.slot, each.epoch, Reason.LOG_TOO_SHORT, 0);
        yield false;
      }
      case DIFFERENT -> {
        refuse(each.slot, each.epoch, Reason.DIFFERENT, 0);
        yield false;
      }
    };
  }

  private void send(ByteArrayOutputStream records, Set<Subscription> touched, long position,
      List<Subscription> joined) {
    ByteBuffer bytes = ByteBuffer.wrap(records.toByteArray());
    number++;
    inStepOnTheWay += position >= 0 ? 1 : 0;
    onTheWay.add(new Sent(number, bytes.remaining(), position, joined));
    onTheWayBytes += bytes.remaining();
    out.accept(new Message.Records(number, bytes, touched.stream().map(Subscription::end).toList()));
  }

  /** Those that have caught up are read for by the first cursor from now on. */
  private boolean join() throws IOException {
    LogCursor late = behind.cursor;
    LogCursor first = inStep.cursor;
    if (late == null || (first == null
        ? log.endPosition() - late.position() > limits.messageBytes
        : late.position() != first.position())) {
      return false;
    }
    List<Subscription> joining = behind.slots.values().stream().filter(Subscription::isChecked).toList();
    if (joining.isEmpty() && !behind.slots.isEmpty()) {
      return false;
    }
    if (first == null) {
      inStep.cursor = late;
      behind.cursor = behind.slots.size() == joining.size() ? null : new LogCursor(log, late.position());
    } else if (behind.slots.size() == joining.size()) {
      behind.close();
    }
    for (Subscription each : joining) {
      behind.slots.remove(each.slot);
      inStep.slots.put(each.slot, each);
    }
    send(new ByteArrayOutputStream(), Set.of(), late.position(), joining);
    return true;
  }

  /**
   * Up to which position of this log the follower has all records of a slot; -1: that is not known. Any thread. In this order: a
   * slot is let go of before the message is acknowledged of which the follower did not take it.
   */
  long acknowledged(Slot slot) {
    long upTo = acknowledged;
    return known.contains(slot) ? upTo : -1;
  }

  /** Slots that the follower follows. Any thread. */
  int subscribed() {
    return subscribed;
  }

  /** Of those, in step. Any thread. */
  int inStep() {
    return known.size();
  }

  @Override
  public void close() throws IOException {
    known.clear();
    inStep.close();
    behind.close();
  }
}
