package io.pika.core.topology;

import io.pika.core.model.Attachment;
import io.pika.core.model.AttachmentKind;
import java.util.List;

/**
 * What has become of a table's attachments of one kind; in a snapshot, all there are.
 *
 * @param version the set's after this change
 */
public record AttachmentsChange(int table, AttachmentKind kind, long version, List<Attachment> puts,
    List<String> removed) {
  public AttachmentsChange {
    puts = List.copyOf(puts);
    removed = List.copyOf(removed);
  }
}
