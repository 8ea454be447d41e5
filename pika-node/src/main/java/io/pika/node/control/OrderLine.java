package io.pika.node.control;

import io.grpc.StatusException;
import io.grpc.stub.BlockingClientCall;
import io.pika.core.rpc.Greeting;
import io.pika.core.rpc.NodeWord;
import io.pika.core.rpc.Order;
import io.pika.core.rpc.OrderAnswer;
import io.pika.core.rpc.PositionsAnswer;
import io.pika.core.rpc.PositionsOrder;
import io.pika.core.rpc.SlotsAsked;
import io.pika.core.settings.HostPort;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The line on which the manager's orders come: kept open while the node is registered, opened anew when it breaks or heartbeats go
 * to another manager. One virtual thread, one order after the other.
 */
final class OrderLine implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OrderLine.class);
  private static final long TICK_MS = 500;
  private static final long ANSWER_MS = 2_000;
  private static final long FIRST_PAUSE_MS = 50;
  private static final long LONGEST_PAUSE_MS = 1_000;

  private final ManagerClient manager;
  private final Membership membership;
  private final IdentityKeeper identity;
  private final Positions positions;
  private final long startedAtMs;
  private volatile boolean stopped;
  private @Nullable Thread thread;

  OrderLine(ManagerClient manager, Membership membership, IdentityKeeper identity, Positions positions,
      long startedAtMs) {
    this.manager = manager;
    this.membership = membership;
    this.identity = identity;
    this.positions = positions;
    this.startedAtMs = startedAtMs;
  }

  synchronized void start() {
    if (thread == null) {
      thread = Thread.ofVirtual().name("orders").start(this::run);
    }
  }

  private void run() {
    long pauseMs = FIRST_PAUSE_MS;
    try {
      while (!stopped) {
        boolean worked = membership.isRegistered() && attend();
        pauseMs = worked ? FIRST_PAUSE_MS : Math.min(2 * pauseMs, LONGEST_PAUSE_MS);
        Thread.sleep(pauseMs);
      }
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }

  /** Returns when the line is broken. Whether an order had come. */
  private boolean attend() throws InterruptedException {
    HostPort address = manager.address();
    BlockingClientCall<NodeWord, Order> line = manager.attend();
    boolean ordered = false;
    try {
      line.write(NodeWord.newBuilder().setGreeting(greeting()).build(), ANSWER_MS, TimeUnit.MILLISECONDS);
      while (!stopped && address.equals(manager.address())) {
        Order order;
        try {
          order = line.read(TICK_MS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException quiet) {
          continue;
        }
        if (order == null) {
          return ordered;
        }
        ordered = true;
        line.write(NodeWord.newBuilder().setAnswer(answer(order)).build(), ANSWER_MS, TimeUnit.MILLISECONDS);
      }
    } catch (StatusException broken) {
      LOG.debug("the line for orders from {} ended, opening it again: {}", address, broken.getStatus());
    } catch (TimeoutException slow) {
      LOG.warn("the manager at {} does not take answers; opening the line again", address);
    } finally {
      line.cancel("no longer read", null);
    }
    return ordered;
  }

  private Greeting greeting() {
    NodeIdentity self = identity.identity();
    return Greeting.newBuilder().setClusterId(self.clusterId()).setNodeId(self.nodeId())
        .setStoreId(self.storeId()).setStartedAtMs(startedAtMs).build();
  }

  private OrderAnswer answer(Order order) {
    OrderAnswer.Builder answer = OrderAnswer.newBuilder().setId(order.getId());
    return switch (order.getOrderCase()) {
      case POSITIONS -> answer(order.getPositions(), answer);
      case ORDER_NOT_SET -> answer.setRefusal("this version does not know such an order").build();
    };
  }

  private OrderAnswer answer(PositionsOrder order, OrderAnswer.Builder answer) {
    PositionsAnswer.Builder found = PositionsAnswer.newBuilder();
    try {
      for (SlotsAsked asked : order.getSlotsList()) {
        for (int slot = asked.getFrom(); slot <= asked.getTo(); slot++) {
          found.addPositions(positions.promise(asked.getTable(), slot, asked.getEpoch()));
        }
      }
      return answer.setPositions(found).build();
    } catch (Positions.UnknownTableException notYet) {
      return answer.setRefusal(String.valueOf(notYet.getMessage())).build();
    } catch (RuntimeException failure) {
      LOG.error("an order of the manager could not be carried out", failure);
      return answer.setRefusal("it failed, see the node's log").build();
    }
  }

  @Override
  public synchronized void close() {
    stopped = true;
    if (thread != null) {
      thread.interrupt();
    }
  }
}
