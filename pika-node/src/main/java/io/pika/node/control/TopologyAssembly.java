package io.pika.node.control;

import io.pika.core.rpc.AttachmentsEntry;
import io.pika.core.rpc.NodeEntry;
import io.pika.core.rpc.TableEntry;
import io.pika.core.rpc.TopologyUpdate;
import io.pika.core.topology.TopologyChange;
import io.pika.core.topology.TopologyCodec;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Puts a snapshot that comes in several updates together; a change comes in one. */
final class TopologyAssembly {
  private final List<NodeEntry> nodes = new ArrayList<>();
  private final List<TableEntry> tables = new ArrayList<>();
  private final List<AttachmentsEntry> attachments = new ArrayList<>();

  /** The change that this update completes, or null when more is to come. */
  @Nullable
  TopologyChange add(TopologyUpdate update) {
    if (!update.getComplete()) {
      nodes.addAll(update.getNodesList());
      tables.addAll(update.getTablesList());
      attachments.addAll(update.getAttachmentsList());
      return null;
    }
    TopologyUpdate whole = nodes.isEmpty() && tables.isEmpty() && attachments.isEmpty()
        ? update
        : update.toBuilder().addAllNodes(nodes).addAllTables(tables).addAllAttachments(attachments).build();
    nodes.clear();
    tables.clear();
    attachments.clear();
    return TopologyCodec.decode(whole);
  }
}
