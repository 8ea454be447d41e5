package io.pika.manager.rest;

import io.pika.manager.state.JobRecord.Origin;
import io.pika.manager.state.NodeRecord;
import io.pika.manager.state.Request;
import io.pika.manager.state.Role;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Nodes: how they are, and how one that will not come back is removed. */
final class NodesApi {
  private static final String NODE = "/api/v1/nodes/{node}";

  List<Route> routes() {
    return List.of(Route.get("/api/v1/nodes", Role.VIEWER, NodesApi::list),
        Route.get(NODE, Role.VIEWER, NodesApi::show), Route.delete(NODE, Role.ADMIN, NodesApi::remove));
  }

  private static void list(Call call) {
    call.allowQuery();
    ObjectNode json = Call.object();
    ArrayNode nodes = json.putArray("nodes");
    call.term().state().nodes().forEach(node -> nodes.add(Views.node(call.term(), node)));
    call.answer(200, json);
  }

  private static void show(Call call) {
    call.allowQuery();
    call.answer(200, Views.node(call.term(), find(call)));
  }

  private static void remove(Call call) throws InterruptedException {
    call.allowQuery("force", "wait");
    call.refuseBody();
    boolean force = call.flag("force");
    Origin origin = Orders.origin(call, "remove node " + call.path("node") + (force ? " force" : ""));
    if (Orders.answerRepeated(call, origin)) {
      return;
    }
    NodeRecord node = find(call);
    if (call.term().reports().of(node.id()).isAlive()) {
      throw new ApiError(409, "node_alive", "node " + node.id() + " is alive at " + node.info().host() + ":"
          + node.info().clientPort(), "stop its process first, and wait until its lease has run out");
    }
    Orders.carryOut(call,
        new Request.RemoveNode(node.id(), force ? Request.Loss.ACCEPTED : Request.Loss.REFUSED,
            Orders.origin(call, "remove node " + node.id() + (force ? " force" : ""))));
  }

  private static NodeRecord find(Call call) {
    String id = call.path("node");
    NodeRecord node = id.matches("\\d{1,9}") ? call.term().state().node(Integer.parseInt(id)) : null;
    if (node == null) {
      throw new ApiError(404, "node_not_found", "there is no node " + Call.printable(id), "");
    }
    return node;
  }
}
