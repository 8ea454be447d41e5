package io.pika.manager.rest;

import io.pika.manager.control.Overrides;
import io.pika.manager.control.Term;
import io.pika.manager.plan.Failover;
import io.pika.manager.state.Role;
import io.pika.manager.state.TableRecord;
import java.util.List;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Slots that nobody leads and why, and what an operator may say about it. */
final class FailoverApi {
  List<Route> routes() {
    return List.of(Route.get("/api/v1/failover", Role.VIEWER, FailoverApi::show),
        Route.post("/api/v1/failover/release", Role.OPERATOR, FailoverApi::release),
        Route.post("/api/v1/tables/{table}/accept-loss", Role.ADMIN, FailoverApi::acceptLoss));
  }

  private static void show(Call call) {
    call.allowQuery();
    call.answer(200, view(call.term()));
  }

  static ObjectNode view(Term term) {
    Failover.Outcome outcome = term.controller().failover();
    ObjectNode json = Call.object();
    json.put("brake", outcome.brake() == null ? "" : outcome.brake());
    ArrayNode waiting = json.putArray("waiting");
    for (Failover.Stuck stuck : outcome.stuck()) {
      TableRecord table = term.state().table(stuck.table());
      waiting.addObject().put("table", table == null ? "" : table.name()).put("tableId", stuck.table())
          .put("from", stuck.from()).put("to", stuck.to()).put("why", stuck.why());
    }
    ArrayNode alarms = json.putArray("alarms");
    outcome.alarms().stream().sorted().forEach(alarms::add);
    return json;
  }

  private static void release(Call call) {
    call.allowQuery();
    call.refuseFields();
    call.term().controller().overrides().releaseBrake();
    allowed(call);
  }

  private static void acceptLoss(Call call) {
    call.allowQuery();
    call.refuseFields();
    call.term().controller().overrides().acceptLoss(TablesApi.find(call).id());
    allowed(call);
  }

  private static void allowed(Call call) {
    call.term().controller().wake();
    call.answer(200, Call.object().put("seconds", Overrides.HOLDS.toSeconds()));
  }
}
