package io.pika.manager.state;

import io.pika.core.model.AttachmentKind;
import java.util.Comparator;

/** Names an attachment in the whole cluster; those of one table and kind are neighbours. */
public record AttachmentKey(int table, AttachmentKind kind,
    String name) implements Comparable<AttachmentKey> {
  private static final Comparator<AttachmentKey> ORDER = Comparator.comparingInt(AttachmentKey::table)
      .thenComparing(AttachmentKey::kind).thenComparing(AttachmentKey::name);

  @Override
  public int compareTo(AttachmentKey other) {
    return ORDER.compare(this, other);
  }

  /** Before all of a table and kind: a name is not empty. */
  static AttachmentKey first(int table, AttachmentKind kind) {
    return new AttachmentKey(table, kind, "");
  }

  boolean isOf(int otherTable, AttachmentKind otherKind) {
    return table == otherTable && kind == otherKind;
  }
}
