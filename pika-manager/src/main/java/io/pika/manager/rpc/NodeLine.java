package io.pika.manager.rpc;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.pika.core.rpc.Greeting;
import io.pika.core.rpc.NodeWord;
import io.pika.core.rpc.Order;
import io.pika.manager.control.NodeOrders;
import io.pika.manager.control.Term;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One node's line for orders: the greeting says which process it is, each further word is an answer. */
final class NodeLine implements StreamObserver<NodeWord>, NodeOrders.Line {
  private static final Logger LOG = LoggerFactory.getLogger(NodeLine.class);

  private final Door door;
  private final ServerCallStreamObserver<Order> out;
  private volatile @Nullable Term term;
  private volatile Greeting greeting = Greeting.getDefaultInstance();

  /** Lets in who belongs here: the term that it speaks with, or a StatusRuntimeException. */
  interface Door {
    Term enter(Greeting greeting);
  }

  NodeLine(Door door, ServerCallStreamObserver<Order> out) {
    this.door = door;
    this.out = out;
    out.setOnCancelHandler(this::leave);
  }

  @Override
  public void onNext(NodeWord word) {
    switch (word.getWordCase()) {
      case GREETING -> greet(word.getGreeting());
      case ANSWER -> {
        Term entered = term;
        if (entered != null) {
          entered.answered(greeting.getNodeId(), greeting.getStartedAtMs(), word.getAnswer());
        }
      }
      case WORD_NOT_SET -> LOG.debug("node {} says what this version does not know", greeting.getNodeId());
    }
  }

  private void greet(Greeting first) {
    try {
      Term entered = door.enter(first);
      greeting = first;
      term = entered;
      entered.attends(first.getNodeId(), first.getStartedAtMs(), this);
    } catch (StatusRuntimeException refused) {
      out.onError(refused);
    }
  }

  /** An order that the transport does not take now is lost; the node is asked again. */
  @Override
  public void send(Order order) {
    synchronized (out) {
      if (out.isReady() && !out.isCancelled()) {
        try {
          out.onNext(order);
        } catch (IllegalStateException closed) {
          LOG.debug("the line to node {} is closed", greeting.getNodeId(), closed);
        }
      }
    }
  }

  @Override
  public void onError(Throwable broken) {
    leave();
  }

  @Override
  public void onCompleted() {
    leave();
    out.onCompleted();
  }

  private void leave() {
    Term entered = term;
    if (entered != null) {
      entered.orders().left(greeting.getNodeId(), this);
    }
  }

  @Override
  public void end() {
    synchronized (out) {
      if (!out.isCancelled()) {
        out.onError(
            Status.UNAVAILABLE.withDescription("this manager does not lead any more").asRuntimeException());
      }
    }
  }
}
