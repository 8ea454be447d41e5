package io.pika.manager.control;

import io.pika.core.rpc.HeartbeatRequest;
import io.pika.manager.state.ClusterState;
import io.pika.manager.state.Decision;
import io.pika.manager.state.Request;
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

  public void registered(int node) {
    reports.registered(node);
    controller.wake();
  }
}
