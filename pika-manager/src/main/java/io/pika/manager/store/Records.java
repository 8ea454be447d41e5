package io.pika.manager.store;

import com.google.protobuf.InvalidProtocolBufferException;
import io.pika.core.bytes.Bytes;
import io.pika.core.model.Acks;
import io.pika.core.model.Attachment;
import io.pika.core.model.AttachmentKind;
import io.pika.core.model.CrossSlot;
import io.pika.core.model.NodeInfo;
import io.pika.core.model.SlotRange;
import io.pika.core.model.TableState;
import io.pika.core.rpc.AttachmentEntry;
import io.pika.core.topology.TopologyCodec;
import io.pika.manager.state.ClusterRecord;
import io.pika.manager.state.Counters;
import io.pika.manager.state.Earlier;
import io.pika.manager.state.JobKind;
import io.pika.manager.state.JobRecord;
import io.pika.manager.state.JobRecord.Origin;
import io.pika.manager.state.JobRecord.StepTimes;
import io.pika.manager.state.JobStatus;
import io.pika.manager.state.JobStep;
import io.pika.manager.state.NodeRecord;
import io.pika.manager.state.Replication;
import io.pika.manager.state.Role;
import io.pika.manager.state.TableRecord;
import io.pika.manager.state.TokenRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * Records as JSON, with short names because there are many of them; attachments as nodes get them. A field that is missing has its default, so a
 * later version can add fields; what it adds, an older version drops with its next write: see the layout's number.
 *
 * <pre>
 * table {"id":7,"n":"shop","s":64,"st":"READY","b":false,"p":"pbkdf2...","r":[[0,63,1,2]],"at":1767225600000,"v":12,
 *        "a":{"user":11}}
 * e: by what leaders answered before its replicas or acks changed, [from, to, acks, [counting]]; mostly missing
 * x: what becomes of commands over several slots, where they are served
 * rs, acks: copies and followers that writes wait for, -1: a majority; where a table has more than one replica
 * range [from, to, epoch, leader], with several replicas [from, to, epoch, leader, [replicas], [learners], since]
 * </pre>
 */
final class Records {
  private static final int MAJORITY = -1;
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private Records() {}

  static Bytes write(ClusterRecord cluster) {
    return bytes(JSON.createObjectNode().put("id", cluster.clusterId()).put("at", cluster.createdAtMs())
        .put("default", cluster.defaultTableMade()));
  }

  static ClusterRecord cluster(Bytes value) {
    JsonNode json = read(value);
    return new ClusterRecord(text(json, "id"), json.path("at").asLong(), json.path("default").asBoolean());
  }

  static Bytes write(Counters counters) {
    return bytes(JSON.createObjectNode().put("version", counters.topologyVersion())
        .put("table", counters.nextTable()).put("node", counters.nextNode()).put("job", counters.nextJob())
        .put("token", counters.nextToken()));
  }

  static Counters counters(Bytes value) {
    JsonNode json = read(value);
    return new Counters(json.path("version").asLong(), json.path("table").asInt(), json.path("node").asInt(),
        json.path("job").asLong(), json.path("token").asInt());
  }

  static Bytes write(TableRecord table) {
    ObjectNode json = JSON.createObjectNode().put("id", table.id()).put("n", table.name())
        .put("s", table.slots()).put("st", table.state().name()).put("b", table.blocked())
        .put("p", table.passwordHash()).put("at", table.createdAtMs()).put("v", table.changedVersion());
    if (table.crossSlot() != CrossSlot.REFUSE) {
      json.put("x", table.crossSlot().name());
    }
    Replication replication = table.replication();
    if (!replication.equals(Replication.NONE)) {
      json.put("rs", replication.replicas()).put("acks", number(replication.acks()));
    }
    if (!table.earlier().isEmpty()) {
      ArrayNode earlier = json.putArray("e");
      table.earlier().forEach(each -> each.counting()
          .forEach(
              earlier.addArray().add(each.from()).add(each.to()).add(number(each.acks())).addArray()::add));
    }
    ArrayNode ranges = json.putArray("r");
    table.ranges().forEach(range -> write(range, ranges.addArray()));
    ObjectNode attached = json.putObject("a");
    table.attached().forEach((kind, version) -> attached.put(kind.word(), version));
    return bytes(json);
  }

  private static void write(SlotRange range, ArrayNode json) {
    json.add(range.from()).add(range.to()).add(range.epoch()).add(range.leader());
    if (range.isReplicated()) {
      range.replicas().forEach(json.addArray()::add);
      range.learners().forEach(json.addArray()::add);
      json.add(range.since());
    }
  }

  private static SlotRange range(JsonNode json) {
    int from = json.get(0).asInt();
    int to = json.get(1).asInt();
    long epoch = json.get(2).asLong();
    int leader = json.get(3).asInt();
    return json.size() == 4
        ? new SlotRange(from, to, epoch, leader, List.of(leader))
        : new SlotRange(from, to, epoch, leader, numbers(json.get(4)), numbers(json.get(5)),
            json.get(6).asLong());
  }

  private static List<Integer> numbers(JsonNode json) {
    return json.valueStream().map(JsonNode::asInt).toList();
  }

  private static Replication replication(JsonNode json) {
    return new Replication(json.path("rs").asInt(1), acks(json.path("acks").asInt()));
  }

  private static int number(Acks acks) {
    return acks.majority() ? MAJORITY : acks.followers();
  }

  private static Acks acks(int number) {
    return number == MAJORITY ? Acks.MAJORITY : Acks.of(number);
  }

  private static Earlier earlier(JsonNode json) {
    return new Earlier(json.get(0).asInt(), json.get(1).asInt(), numbers(json.get(3)),
        acks(json.get(2).asInt()));
  }

  static Bytes write(Attachment attachment) {
    return Bytes.of(TopologyCodec.encode(attachment).toByteArray());
  }

  static Attachment attachment(Bytes value) {
    try {
      return TopologyCodec.decode(AttachmentEntry.parseFrom(value.array()));
    } catch (InvalidProtocolBufferException damaged) {
      throw new IllegalStateException("the metadata store has an attachment that cannot be read", damaged);
    }
  }

  private static Map<AttachmentKind, Long> attached(JsonNode json) {
    Map<AttachmentKind, Long> versions = new TreeMap<>();
    json.properties().forEach(each -> AttachmentKind.of(each.getKey())
        .ifPresent(kind -> versions.put(kind, each.getValue().asLong())));
    return versions;
  }

  static TableRecord table(Bytes value) {
    JsonNode json = read(value);
    List<SlotRange> ranges = json.path("r").valueStream().map(Records::range).toList();
    return new TableRecord(json.path("id").asInt(), text(json, "n"), json.path("s").asInt(),
        TableState.valueOf(text(json, "st")), json.path("b").asBoolean(), text(json, "p"),
        CrossSlot.valueOf(json.path("x").asString(CrossSlot.REFUSE.name())), replication(json), ranges,
        json.path("at").asLong(), json.path("v").asLong(), attached(json.path("a")),
        json.path("e").valueStream().map(Records::earlier).toList());
  }

  static Bytes write(NodeRecord node) {
    NodeInfo info = node.info();
    return bytes(JSON.createObjectNode().put("id", info.id()).put("host", info.host())
        .put("client", info.clientPort()).put("peer", info.peerPort()).put("admin", info.adminPort())
        .put("zone", info.zone()).put("store", node.storeId()).put("software", node.softwareVersion())
        .put("at", node.registeredAtMs()).put("leaving", node.leaving()).put("started", node.startedAtMs())
        .put("registered", node.registeredVersion()).put("leads", node.leadsAfter()));
  }

  static NodeRecord node(Bytes value) {
    JsonNode json = read(value);
    NodeInfo info = new NodeInfo(json.path("id").asInt(), text(json, "host"), json.path("client").asInt(),
        json.path("peer").asInt(), json.path("admin").asInt(), text(json, "zone"));
    return new NodeRecord(info, text(json, "store"), text(json, "software"), json.path("at").asLong(),
        json.path("leaving").asBoolean(), json.path("started").asLong(), json.path("registered").asLong(),
        json.path("leads").asLong());
  }

  static Bytes write(JobRecord job) {
    ObjectNode json = JSON.createObjectNode().put("id", job.id()).put("kind", job.kind().name())
        .put("subject", job.subject()).put("name", job.name()).put("status", job.status().name())
        .put("error", job.error()).put("v", job.version()).put("cursor", job.cursor())
        .put("by", job.origin().by()).put("request", job.origin().requestId())
        .put("print", job.origin().fingerprint());
    ArrayNode steps = json.putArray("steps");
    job.steps().forEach(
        step -> steps.addArray().add(step.step().name()).add(step.startedAtMs()).add(step.finishedAtMs()));
    return bytes(json);
  }

  static JobRecord job(Bytes value) {
    JsonNode json = read(value);
    List<StepTimes> steps = new ArrayList<>();
    for (JsonNode step : json.path("steps")) {
      steps.add(
          new StepTimes(JobStep.valueOf(step.get(0).asString()), step.get(1).asLong(), step.get(2).asLong()));
    }
    return new JobRecord(json.path("id").asLong(), JobKind.valueOf(text(json, "kind")),
        json.path("subject").asInt(), text(json, "name"), JobStatus.valueOf(text(json, "status")),
        text(json, "error"), steps, json.path("v").asLong(), json.path("cursor").asInt(),
        new Origin(text(json, "by"), text(json, "request"), text(json, "print")));
  }

  static Bytes write(TokenRecord token) {
    return bytes(JSON.createObjectNode().put("id", token.id()).put("name", token.name())
        .put("role", token.role().name()).put("sha256", token.sha256()).put("at", token.createdAtMs())
        .put("expires", token.expiresAtMs()));
  }

  static TokenRecord token(Bytes value) {
    JsonNode json = read(value);
    return new TokenRecord(json.path("id").asInt(), text(json, "name"), Role.valueOf(text(json, "role")),
        text(json, "sha256"), json.path("at").asLong(), json.path("expires").asLong());
  }

  private static Bytes bytes(ObjectNode json) {
    return Bytes.of(JSON.writeValueAsBytes(json));
  }

  private static JsonNode read(Bytes value) {
    return JSON.readTree(value.array());
  }

  private static String text(JsonNode json, String field) {
    return json.path(field).asString("");
  }
}
