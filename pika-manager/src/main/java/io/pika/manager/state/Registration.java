package io.pika.manager.state;

import io.pika.core.model.NodeInfo;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A node's first word after each start: who it is, and whether this cluster knows it as that. */
final class Registration {
  private static final int MAX_TEXT = 253;

  private Registration() {}

  static Decision decide(StateView state, Request.RegisterNode request, long nowMs) {
    NodeInfo info = request.info();
    String ours = state.cluster().clusterId();
    if (!request.clusterId().isEmpty() && !request.clusterId().equals(ours)) {
      return refuse("wrong_cluster", "the node's directory belongs to cluster " + request.clusterId()
          + ", this manager is of cluster " + ours, "check the node's settings dir and manager");
    }
    if (info.host().isEmpty() || info.host().length() > MAX_TEXT || info.zone().length() > MAX_TEXT
        || request.storeId().isEmpty() || request.storeId().length() > MAX_TEXT
        || request.softwareVersion().length() > MAX_TEXT || !isPort(info.clientPort())
        || !isPort(info.peerPort()) || !isPort(info.adminPort())) {
      return new Decision.Rejected(
          Refusal.invalid("invalid_node", "a node registers with a host, three ports and a store id", ""));
    }
    NodeRecord sameStore = state.nodeOfStore(request.storeId());
    int id = info.id() != 0 || sameStore == null ? info.id() : sameStore.id();
    if (id == 0) {
      int fresh = state.counters().nextNode();
      return new Decision.Accepted(List.of(new Change.CountersPut(state.counters().nodeTaken()),
          new Change.NodePut(record(request, fresh, nowMs, null, state.nextVersion()))), fresh);
    }
    NodeRecord known = state.node(id);
    if (known == null) {
      return refuse("node_removed", "node " + id + " was removed from this cluster",
          "start it with an empty directory; it becomes a new node");
    }
    if (!known.storeId().equals(request.storeId())) {
      return refuse("wrong_store", "another directory is node " + id + " already (store " + known.storeId()
          + ", this one is " + request.storeId() + ")",
          "two directories never share a node id: was one copied? start this one with an empty directory");
    }
    NodeRecord now = record(request, id, known.registeredAtMs(), known, state.nextVersion());
    return new Decision.Accepted(now.equals(known) ? List.of() : List.of(new Change.NodePut(now)), id);
  }

  /** Another process begins anew: it does not lead by what was decided before. */
  private static NodeRecord record(Request.RegisterNode request, int id, long registeredAtMs,
      @Nullable NodeRecord known, long version) {
    NodeInfo info = request.info();
    NodeRecord same = known != null && known.startedAtMs() == request.process() ? known : null;
    return new NodeRecord(
        new NodeInfo(id, info.host(), info.clientPort(), info.peerPort(), info.adminPort(), info.zone()),
        request.storeId(), request.softwareVersion(), registeredAtMs, known != null && known.leaving(),
        request.process(), same == null ? version : same.registeredVersion(),
        same == null ? version : same.leadsAfter());
  }

  private static boolean isPort(int port) {
    return port > 0 && port <= 65535;
  }

  private static Decision refuse(String code, String message, String hint) {
    return new Decision.Rejected(Refusal.conflict(code, message, hint));
  }
}
