package io.pika.manager.rest;

import io.pika.manager.control.Term;
import io.pika.manager.state.ClusterState;
import io.pika.manager.state.NodeRecord;
import io.pika.manager.state.Role;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.node.ObjectNode;

/** The cluster as a whole, and which version this is. */
final class ClusterApi {
  private final String version;

  ClusterApi(String version) {
    this.version = version;
  }

  List<Route> routes() {
    return List.of(Route.get("/api/v1/cluster", Role.VIEWER, this::show),
        Route.get("/api/v1/version", Role.VIEWER, this::version));
  }

  private void show(Call call) {
    call.allowQuery();
    Term term = call.term();
    ClusterState state = term.state();
    ObjectNode json = Call.object();
    json.put("clusterId", state.cluster().clusterId())
        .put("createdAt", Instant.ofEpochMilli(state.cluster().createdAtMs()).toString())
        .put("softwareVersion", version).put("topologyVersion", state.counters().topologyVersion())
        .put("tables", state.tables().size()).put("runningJobs", state.runningJobs().size());
    Map<String, Integer> byState = new TreeMap<>(Map.of("alive", 0, "suspect", 0, "dead", 0));
    long slots = 0;
    long keys = 0;
    long operations = 0;
    long connections = 0;
    int behind = 0;
    for (NodeRecord node : state.nodes()) {
      byState.merge(Views.word(term.reports().of(node.id()).health()), 1, Integer::sum);
      slots += state.slotsLed(node.id());
      var report = term.reports().report(node.id());
      if (report != null) {
        keys += report.heartbeat().getKeys();
        operations += report.heartbeat().getOperations();
        connections += report.heartbeat().getConnections();
        behind += report.heartbeat().getAppliedVersion() < state.counters().topologyVersion() ? 1 : 0;
      }
    }
    ObjectNode nodes = json.putObject("nodes");
    byState.forEach(nodes::put);
    nodes.put("behind", behind);
    json.put("slots", slots).put("keys", keys).put("operations", operations).put("connections", connections);
    call.answer(200, json);
  }

  private void version(Call call) {
    call.allowQuery();
    call.answer(200, Call.object().put("softwareVersion", version).put("api", "v1"));
  }
}
