package io.pika.manager.control;

import io.pika.core.rpc.Order;
import io.pika.core.rpc.OrderAnswer;
import io.pika.core.rpc.PositionsOrder;
import io.pika.core.rpc.ReplicaPosition;
import io.pika.core.rpc.SlotsAsked;
import io.pika.manager.plan.Ballot;
import io.pika.manager.plan.Failover.Asked;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lines to nodes, and what they answered. One order to a node at a time; one that is not answered is sent anew. Soft:
 * answers are of a process, and are gone with this one. Thread-safe.
 */
public final class NodeOrders implements Ballot {
  private static final Logger LOG = LoggerFactory.getLogger(NodeOrders.class);
  /** So that an answer is a message of some hundred kilobytes. */
  static final int SLOTS_AN_ORDER = 4096;
  private static final long WORTH_WAITING_NANOS = Duration.ofMillis(500).toNanos();
  private static final long SENT_ANEW_NANOS = Duration.ofSeconds(2).toNanos();

  private final Map<Integer, Attendant> attendants = new HashMap<>();
  private final LongSupplier nanoTime;
  private long lastId;

  /** Where orders to one process go; must not block, and may drop what cannot be sent. */
  public interface Line {
    void send(Order order);

    /** The term is over; the node opens another line, to whoever leads then. */
    void end();
  }

  private static final class Attendant {
    private final long process;
    private @Nullable Line line;
    private @Nullable Order unanswered;
    private long sentNanos;
    private final Map<Slot, Promise> promises = new HashMap<>();

    Attendant(long process) {
      this.process = process;
    }
  }

  private record Slot(int table, int slot) {}

  private record Promise(long epoch, Answer answer) {}

  NodeOrders(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** A line is open; it replaces an earlier one of the node. What was asked on that one is asked again. */
  public synchronized void attends(int node, long process, Line line) {
    Attendant known = attendants.get(node);
    Attendant attendant = known != null && known.process == process ? known : new Attendant(process);
    attendant.line = line;
    attendant.unanswered = null;
    attendants.put(node, attendant);
  }

  /** The line is closed; nothing happens when there is another one by now. */
  public synchronized void left(int node, Line line) {
    Attendant attendant = attendants.get(node);
    if (attendant != null && attendant.line == line) {
      attendant.line = null;
      attendant.unanswered = null;
    }
  }

  public synchronized void ask(int node, List<Asked> slots) {
    Attendant attendant = attendants.get(node);
    if (attendant == null || attendant.line == null) {
      return;
    }
    PositionsOrder.Builder positions = PositionsOrder.newBuilder();
    int left = SLOTS_AN_ORDER;
    for (Asked asked : slots) {
      int to = Math.min(asked.to(), asked.from() + left - 1);
      if (to >= asked.from()) {
        positions.addSlots(SlotsAsked.newBuilder().setTable(asked.table()).setFrom(asked.from()).setTo(to)
            .setEpoch(asked.epoch()));
        left -= to - asked.from() + 1;
      }
    }
    Order order = Order.newBuilder().setId(++lastId).setPositions(positions).build();
    attendant.unanswered = order;
    attendant.sentNanos = nanoTime.getAsLong();
    attendant.line.send(order);
  }

  /** Says whether it was new. An answer to an order that was sent anew since is none: the later one will come, too. */
  public synchronized boolean answered(int node, long process, OrderAnswer answer) {
    Attendant attendant = attendants.get(node);
    Order order = attendant == null ? null : attendant.unanswered;
    if (attendant == null || order == null || attendant.process != process
        || order.getId() != answer.getId()) {
      return false;
    }
    if (!answer.getRefusal().isEmpty()) {
      LOG.warn("node {} does not say its positions: {}; it will be asked again", node, answer.getRefusal());
      return false;
    }
    attendant.unanswered = null;
    List<Slot> slots = new ArrayList<>();
    List<Long> epochs = new ArrayList<>();
    for (SlotsAsked asked : order.getPositions().getSlotsList()) {
      for (int slot = asked.getFrom(); slot <= asked.getTo(); slot++) {
        slots.add(new Slot(asked.getTable(), slot));
        epochs.add(asked.getEpoch());
      }
    }
    List<ReplicaPosition> positions = answer.getPositions().getPositionsList();
    for (int i = 0; i < Math.min(slots.size(), positions.size()); i++) {
      ReplicaPosition position = positions.get(i);
      if (slots.get(i).equals(new Slot(position.getTable(), position.getSlot()))) {
        attendant.promises.put(slots.get(i), new Promise(epochs.get(i), new Answer(position.getEpoch(),
            position.getIndex(), position.getDigest(), position.getInCopy(), position.getRefused())));
      }
    }
    return true;
  }

  synchronized void close() {
    attendants.values().forEach(attendant -> {
      if (attendant.line != null) {
        attendant.line.end();
      }
    });
    attendants.clear();
  }

  /** All elections are over. */
  synchronized void forgetAnswers() {
    attendants.values().forEach(attendant -> attendant.promises.clear());
  }

  synchronized void forget(int node) {
    attendants.remove(node);
  }

  @Override
  public synchronized @Nullable Answer answer(int node, long process, int table, int slot, long epoch) {
    Attendant attendant = attendants.get(node);
    Promise promise = attendant == null || attendant.process != process
        ? null
        : attendant.promises.get(new Slot(table, slot));
    return promise == null || promise.epoch() != epoch ? null : promise.answer();
  }

  @Override
  public synchronized boolean canBeAsked(int node, long process) {
    Attendant attendant = attendants.get(node);
    return attendant != null && attendant.process == process && attendant.line != null
        && (attendant.unanswered == null || nanoTime.getAsLong() - attendant.sentNanos > SENT_ANEW_NANOS);
  }

  @Override
  public synchronized boolean owesAnAnswer(int node) {
    Attendant attendant = attendants.get(node);
    return attendant != null && attendant.line != null && attendant.unanswered != null
        && nanoTime.getAsLong() - attendant.sentNanos <= WORTH_WAITING_NANOS;
  }
}
