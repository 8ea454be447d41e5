package io.pika.manager.control;

import io.pika.core.rpc.HeartbeatRequest;
import io.pika.core.rpc.OrderAnswer;
import io.pika.manager.state.ClusterState;
import io.pika.manager.state.Decision;
import io.pika.manager.state.NodeRecord;
import io.pika.manager.state.Request;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** What there is while this process leads: the state, and the ways to read and to change it. */
public record Term(ClusterState state, Controller controller, TopologyFeed feed, NodeReports reports,
    NodeOrders orders) {
  public CompletableFuture<Decision> submit(Request request) {
    return controller.submit(request);
  }

  /** Says whether the node's lease is renewed by it. */
  public boolean heard(int node, HeartbeatRequest heartbeat) {
    NodeReports.Heard heard = reports.heard(node, heartbeat);
    if (heard.isNews()) {
      controller.wake();
    }
    return heard.renews();
  }

  /** A line for orders is open. */
  public void attends(int node, long process, NodeOrders.Line line) {
    orders.attends(node, process, line);
    controller.wake();
  }

  public void answered(int node, long process, OrderAnswer answer) {
    if (orders.answered(node, process, answer)) {
      controller.wake();
    }
  }

  /** Waits until every node that is alive knows a topology version, at most so long; false when it took longer. */
  public boolean awaitNodes(long version, Duration patience) throws InterruptedException {
    return reports.await(() -> state.nodes().stream().map(NodeRecord::id).map(reports::of)
        .allMatch(node -> !node.isAlive() || node.appliedVersion() >= version), patience);
  }

  public void registered(int node, NodeReports.Process process) {
    reports.registered(node, process);
    controller.wake();
  }
}
