package io.pika.manager.rest;

import io.pika.core.model.Acks;
import io.pika.core.model.SlotRange;
import io.pika.core.rpc.HeartbeatRequest;
import io.pika.manager.control.NodeReports;
import io.pika.manager.control.Term;
import io.pika.manager.plan.Observed;
import io.pika.manager.state.JobRecord;
import io.pika.manager.state.JobStep;
import io.pika.manager.state.NodeRecord;
import io.pika.manager.state.TableRecord;
import io.pika.manager.state.TokenRecord;
import java.time.Instant;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/** Records as the API shows them. Never a password hash, never a token. */
final class Views {
  private Views() {}

  static ObjectNode table(TableRecord table) {
    ObjectNode json = Call.object();
    json.put("id", table.id()).put("name", table.name()).put("slots", table.slots())
        .put("state", word(table.state())).put("blocked", table.blocked())
        .put("crossSlot", word(table.crossSlot())).put("replicas", table.replication().replicas())
        .put("acks", acks(table.replication().acks()))
        .put("password", !table.passwordHash().isEmpty()).put("createdAt", time(table.createdAtMs()))
        .put("version", table.changedVersion());
    Map<Integer, Integer> led = new TreeMap<>();
    table.ranges().forEach(range -> led.merge(range.leader(), range.slots(), Integer::sum));
    ArrayNode leaders = json.putArray("leaders");
    led.forEach((node, slots) -> leaders.addObject().put("node", node).put("slots", slots));
    return json;
  }

  /** Which followers are in step is what the leader last said, if it has said anything yet. */
  static ArrayNode ranges(Term term, TableRecord table) {
    ArrayNode ranges = Call.object().putArray("ranges");
    for (SlotRange range : table.ranges()) {
      ObjectNode json = ranges.addObject().put("from", range.from()).put("to", range.to())
          .put("epoch", range.epoch()).put("leader", range.leader());
      range.replicas().forEach(json.putArray("replicas")::add);
      if (!range.learners().isEmpty()) {
        range.learners().forEach(json.putArray("learners")::add);
      }
      Observed leader = term.reports().of(range.leader());
      if (range.isReplicated() && leader.replicas().containsKey(table.id())) {
        range.replicas().stream()
            .filter(node -> node != range.leader() && leader.saysInStep(table.id(), range, node))
            .forEach(json.putArray("inStep")::add);
      }
    }
    return ranges;
  }

  static ObjectNode node(Term term, NodeRecord node) {
    Observed observed = term.reports().of(node.id());
    NodeReports.Report report = term.reports().report(node.id());
    ObjectNode json = Call.object();
    json.put("id", node.id()).put("host", node.info().host()).put("clientPort", node.info().clientPort())
        .put("peerPort", node.info().peerPort()).put("adminPort", node.info().adminPort())
        .put("zone", node.info().zone()).put("state", word(observed.health())).put("leaving", node.leaving())
        .put("softwareVersion", node.softwareVersion()).put("storeId", node.storeId())
        .put("registeredAt", time(node.registeredAtMs())).put("slots", term.state().slotsLed(node.id()))
        .put("silentMs", observed.silentMs()).put("appliedVersion", observed.appliedVersion());
    if (report != null && report.heartbeat().getStartedAtMs() != 0) {
      HeartbeatRequest heartbeat = report.heartbeat();
      json.put("startedAt", time(heartbeat.getStartedAtMs())).put("keys", heartbeat.getKeys())
          .put("operations", heartbeat.getOperations()).put("connections", heartbeat.getConnections())
          .put("memoryUsedBytes", heartbeat.getMemoryUsedBytes())
          .put("diskUsedBytes", heartbeat.getDiskUsedBytes())
          .put("diskFreeBytes", heartbeat.getDiskFreeBytes())
          .put("trouble", heartbeat.getTrouble());
    }
    return json;
  }

  static ObjectNode job(Term term, JobRecord job) {
    ObjectNode json = Call.object();
    json.put("id", job.id()).put("kind", word(job.kind())).put("status", word(job.status()));
    json.put(job.kind().isAboutATable() ? "table" : "node", job.name());
    json.put(job.kind().isAboutATable() ? "tableId" : "nodeId", job.subject());
    json.put("by", job.origin().by()).put("createdAt", time(job.createdAtMs()));
    if (!job.isRunning()) {
      json.put("finishedAt", time(job.finishedAtMs()));
    }
    json.put("error", job.error());
    String waiting = job.isRunning() ? term.controller().waiting(job.id()) : null;
    json.put("waiting", waiting == null ? "" : waiting);
    ArrayNode steps = json.putArray("steps");
    for (JobStep step : job.kind().steps()) {
      ObjectNode one = steps.addObject().put("name", word(step)).put("text", step.text());
      JobRecord.StepTimes times = job.steps().stream().filter(known -> known.step() == step).findFirst()
          .orElse(null);
      one.put("status", times == null ? "pending" : times.finishedAtMs() == 0 ? "running" : "done");
      if (times != null) {
        one.put("startedAt", time(times.startedAtMs()));
      }
      if (times != null && times.finishedAtMs() != 0) {
        one.put("finishedAt", time(times.finishedAtMs()));
      }
    }
    long finished = job.steps().stream().filter(step -> step.finishedAtMs() != 0).count();
    json.put("progress", finished + "/" + job.kind().steps().size());
    return json;
  }

  static ObjectNode token(TokenRecord token, long nowMs) {
    ObjectNode json = Call.object();
    json.put("id", token.id()).put("name", token.name()).put("role", word(token.role()))
        .put("createdAt", time(token.createdAtMs())).put("expired", token.isExpired(nowMs));
    if (token.expiresAtMs() != 0) {
      json.put("expiresAt", time(token.expiresAtMs()));
    }
    return json;
  }

  /** As the command line and the API take it. */
  static String acks(Acks acks) {
    return acks.majority() ? "majority" : Integer.toString(acks.followers());
  }

  static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  private static String time(long ms) {
    return Instant.ofEpochMilli(ms).toString();
  }
}
