package io.pika.node.server;

import io.pika.core.bytes.Bytes;
import io.pika.core.model.Attachment;
import io.pika.core.model.AttachmentEdit;
import io.pika.core.model.AttachmentKind;
import io.pika.core.topology.AttachmentsChange;
import io.pika.core.topology.Topology;
import io.pika.core.topology.TopologyChange;
import io.pika.node.control.Attachments;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** In the place of a manager: decides alone, and tells the topologies of the test's nodes. */
final class LocalAttachments implements Attachments {
  private final Supplier<List<Topology>> topologies;
  /** What every change comes to; null: it is made. */
  volatile @Nullable Outcome instead;

  /** @param topologies of all nodes, at least one */
  LocalAttachments(Supplier<List<Topology>> topologies) {
    this.topologies = topologies;
  }

  @Override
  public synchronized Outcome change(int table, AttachmentKind kind, Change change) {
    Outcome other = instead;
    if (other != null) {
      return other;
    }
    List<Topology> nodes = topologies.get();
    List<AttachmentEdit> edits = change.edits(nodes.getFirst().attachments(table, kind));
    if (edits.isEmpty()) {
      return new Outcome.Done();
    }
    long version = nodes.stream().mapToLong(Topology::version).max().orElse(0) + 1;
    List<Attachment> puts = new ArrayList<>();
    List<String> removed = new ArrayList<>();
    for (AttachmentEdit edit : edits) {
      Bytes content = edit.content();
      if (content == null) {
        removed.add(edit.name());
      } else {
        puts.add(new Attachment(edit.name(), version, content));
      }
    }
    TopologyChange step = new TopologyChange(version, false, List.of(), List.of(), List.of(), List.of(),
        List.of(new AttachmentsChange(table, kind, version, puts, removed)));
    nodes.forEach(node -> node.apply(step));
    return new Outcome.Done();
  }
}
