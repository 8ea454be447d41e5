package io.pika.core.topology;

import io.pika.core.model.NodeInfo;
import io.pika.core.model.Table;
import java.util.List;

/**
 * One step of the topology.
 *
 * @param version the topology's version after this step
 * @param snapshot what is not named here is forgotten
 */
public record TopologyChange(long version, boolean snapshot, List<NodeInfo> nodes, List<Table> tables,
    List<Integer> removedNodes, List<Integer> removedTables, List<AttachmentsChange> attachments) {
  public TopologyChange {
    nodes = List.copyOf(nodes);
    tables = List.copyOf(tables);
    removedNodes = List.copyOf(removedNodes);
    removedTables = List.copyOf(removedTables);
    attachments = List.copyOf(attachments);
  }

  /** A step that leaves attachments as they are; in a snapshot, there are none. */
  public TopologyChange(long version, boolean snapshot, List<NodeInfo> nodes, List<Table> tables,
      List<Integer> removedNodes, List<Integer> removedTables) {
    this(version, snapshot, nodes, tables, removedNodes, removedTables, List.of());
  }
}
