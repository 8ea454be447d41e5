package io.pika.core.topology;

import io.pika.core.model.CrossSlot;
import com.google.protobuf.UnsafeByteOperations;
import io.pika.core.bytes.Bytes;
import io.pika.core.model.Acks;
import io.pika.core.model.Attachment;
import io.pika.core.model.AttachmentKind;
import io.pika.core.model.NodeInfo;
import io.pika.core.model.SlotRange;
import io.pika.core.model.Table;
import io.pika.core.model.TableState;
import io.pika.core.rpc.AttachmentEntry;
import io.pika.core.rpc.AttachmentsEntry;
import io.pika.core.rpc.NodeEntry;
import io.pika.core.rpc.SlotRangeEntry;
import io.pika.core.rpc.TableEntry;
import io.pika.core.rpc.TopologyUpdate;
import java.util.Optional;

/** Between the model and its protobuf form, on the wire and on disk alike. */
public final class TopologyCodec {
  private TopologyCodec() {}

  public static TopologyUpdate encode(TopologyChange change) {
    TopologyUpdate.Builder update = TopologyUpdate.newBuilder().setVersion(change.version())
        .setSnapshot(change.snapshot()).setComplete(true)
        .addAllRemovedNodes(change.removedNodes()).addAllRemovedTables(change.removedTables());
    change.nodes().forEach(node -> update.addNodes(encode(node)));
    change.tables().forEach(table -> update.addTables(encode(table)));
    change.attachments().forEach(set -> update.addAttachments(encode(set)));
    return update.build();
  }

  public static TopologyChange decode(TopologyUpdate update) {
    return new TopologyChange(update.getVersion(), update.getSnapshot(),
        update.getNodesList().stream().map(TopologyCodec::decode).toList(),
        update.getTablesList().stream().map(TopologyCodec::decode).toList(), update.getRemovedNodesList(),
        update.getRemovedTablesList(),
        update.getAttachmentsList().stream().flatMap(set -> decode(set).stream()).toList());
  }

  private static AttachmentsEntry encode(AttachmentsChange change) {
    AttachmentsEntry.Builder set = AttachmentsEntry.newBuilder().setTable(change.table())
        .setKind(change.kind().word()).setVersion(change.version()).addAllRemoved(change.removed());
    change.puts().forEach(attachment -> set.addPuts(encode(attachment)));
    return set.build();
  }

  /** Empty for a kind that only a newer version knows: what it means nobody would ask here. */
  private static Optional<AttachmentsChange> decode(AttachmentsEntry set) {
    return AttachmentKind.of(set.getKind()).map(kind -> new AttachmentsChange(set.getTable(), kind,
        set.getVersion(), set.getPutsList().stream().map(TopologyCodec::decode).toList(),
        set.getRemovedList()));
  }

  public static AttachmentEntry encode(Attachment attachment) {
    return AttachmentEntry.newBuilder().setName(attachment.name()).setVersion(attachment.version())
        .setContent(UnsafeByteOperations.unsafeWrap(attachment.content().array())).build();
  }

  public static Attachment decode(AttachmentEntry entry) {
    return new Attachment(entry.getName(), entry.getVersion(), Bytes.of(entry.getContent().toByteArray()));
  }

  public static NodeEntry encode(NodeInfo node) {
    return NodeEntry.newBuilder().setId(node.id()).setHost(node.host()).setClientPort(node.clientPort())
        .setPeerPort(node.peerPort()).setAdminPort(node.adminPort()).setZone(node.zone()).build();
  }

  public static NodeInfo decode(NodeEntry entry) {
    return new NodeInfo(entry.getId(), entry.getHost(), entry.getClientPort(), entry.getPeerPort(),
        entry.getAdminPort(), entry.getZone());
  }

  public static TableEntry encode(Table table) {
    TableEntry.Builder entry = TableEntry.newBuilder().setId(table.id()).setName(table.name())
        .setSlots(table.slots()).setState(encode(table.state())).setBlocked(table.blocked())
        .setPasswordHash(table.passwordHash())
        .setServesCrossSlot(table.crossSlot() == CrossSlot.SERVE)
        .setAcks(table.acks().followers()).setAcksMajority(table.acks().majority());
    table.ranges().forEach(range -> entry.addRanges(encode(range)));
    return entry.build();
  }

  public static Table decode(TableEntry entry) {
    return new Table(entry.getId(), entry.getName(), entry.getSlots(), decode(entry.getState()),
        entry.getBlocked(), entry.getPasswordHash(),
        entry.getServesCrossSlot() ? CrossSlot.SERVE : CrossSlot.REFUSE,
        new Acks(entry.getAcksMajority() ? 0 : entry.getAcks(), entry.getAcksMajority()),
        entry.getRangesList().stream().map(TopologyCodec::decode).toList());
  }

  private static SlotRangeEntry encode(SlotRange range) {
    return SlotRangeEntry.newBuilder().setFrom(range.from()).setTo(range.to()).setEpoch(range.epoch())
        .setLeader(range.leader()).addAllReplicas(range.replicas()).addAllLearners(range.learners())
        .setSince(range.since()).build();
  }

  private static SlotRange decode(SlotRangeEntry entry) {
    return new SlotRange(entry.getFrom(), entry.getTo(), entry.getEpoch(), entry.getLeader(),
        entry.getReplicasList(), entry.getLearnersList(), entry.getSince());
  }

  private static io.pika.core.rpc.TableState encode(TableState state) {
    return switch (state) {
      case CREATING -> io.pika.core.rpc.TableState.TABLE_CREATING;
      case READY -> io.pika.core.rpc.TableState.TABLE_READY;
      case DROPPING -> io.pika.core.rpc.TableState.TABLE_DROPPING;
    };
  }

  private static TableState decode(io.pika.core.rpc.TableState state) {
    return switch (state) {
      case TABLE_CREATING -> TableState.CREATING;
      case TABLE_READY -> TableState.READY;
      case TABLE_DROPPING -> TableState.DROPPING;
      case TABLE_UNSPECIFIED, UNRECOGNIZED ->
        throw new IllegalArgumentException("table state " + state + " is from a newer version");
    };
  }
}
