package io.pika.manager.control;

import io.pika.core.rpc.HeartbeatRequest;
import io.pika.manager.state.ClusterState;
import io.pika.manager.state.Decision;
import io.pika.manager.state.NodeRecord;
import io.pika.manager.state.Request;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** What there is while this process leads: the state, and the ways to read and to change it. */
public record Term(ClusterState state, Controller controller, TopologyFeed feed, NodeReports reports) {
  public CompletableFuture<Decision> submit(Request request) {
    return controller.submit(request);
  }

  public void heard(int node, HeartbeatRequest heartbeat) {
    if (reports.heard(node, heartbeat)) {
      controller.wake();
    }
  }

  /** Waits until every node that is alive knows a topology version, at most so long; false when it took longer. */
  public boolean awaitNodes(long version, Duration patience) throws InterruptedException {
    return reports.await(() -> state.nodes().stream().map(NodeRecord::id).map(reports::of)
        .allMatch(node -> !node.isAlive() || node.appliedVersion() >= version), patience);
  }

  public void registered(int node) {
    reports.registered(node);
    controller.wake();
  }
}
