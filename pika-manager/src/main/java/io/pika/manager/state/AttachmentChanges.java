package io.pika.manager.state;

import io.pika.core.bytes.Bytes;
import io.pika.core.model.Attachment;
import io.pika.core.model.AttachmentEdit;
import io.pika.core.model.AttachmentKind;
import io.pika.core.model.TableState;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Changes what is attached to tables. The answer is the set's version; a change that is there already is no conflict, so
 * that whoever lost an answer may ask again.
 */
public final class AttachmentChanges {
  /** Somebody was faster. */
  public static final String CONFLICT = "attachments_changed";
  /** Every node and every manager keeps all of them in memory. */
  static final long MAX_BYTES_IN_ALL = 256L << 20;
  /** Of a dropped table, in one step of its job. */
  private static final int REMOVED_A_STEP = 48;

  private AttachmentChanges() {}

  static Decision decide(StateView state, Request.ChangeAttachments request) {
    TableRecord table = state.table(request.table());
    if (table == null || table.state() == TableState.DROPPING) {
      return rejected(
          Refusal.notFound("table_not_found", "there is no table with id " + request.table(), ""));
    }
    if (!table.isPlaced()) {
      return rejected(new Refusal(Refusal.Kind.UNAVAILABLE, "table_creating",
          "the table is being created", "try again when it is ready"));
    }
    Refusal senseless = senseless(request);
    if (senseless != null) {
      return rejected(senseless);
    }
    Map<AttachmentKey, Attachment> now = state.attachments(table.id(), request.kind());
    List<AttachmentEdit> due = request.edits().stream().filter(edit -> !isDone(edit, now, request)).toList();
    if (due.isEmpty()) {
      return new Decision.Accepted(List.of(), table.attachedVersion(request.kind()));
    }
    if (table.attachedVersion(request.kind()) != request.expected()) {
      return rejected(Refusal.conflict(CONFLICT, "somebody else was faster",
          "look at what there is now and try again"));
    }
    Refusal tooMuch = tooMuch(state, request, now, due);
    return tooMuch == null ? accepted(state, table, request.kind(), due) : rejected(tooMuch);
  }

  private static boolean isDone(AttachmentEdit edit, Map<AttachmentKey, Attachment> now,
      Request.ChangeAttachments request) {
    Attachment there = now.get(new AttachmentKey(request.table(), request.kind(), edit.name()));
    return Objects.equals(there == null ? null : there.content(), edit.content());
  }

  private static Decision accepted(StateView state, TableRecord table, AttachmentKind kind,
      List<AttachmentEdit> edits) {
    long version = state.nextVersion();
    List<Change> changes = new ArrayList<>();
    changes.add(new Change.TablePut(table.withAttached(kind, version)));
    for (AttachmentEdit edit : edits) {
      AttachmentKey key = new AttachmentKey(table.id(), kind, edit.name());
      Bytes content = edit.content();
      changes.add(content == null
          ? new Change.AttachmentGone(key)
          : new Change.AttachmentPut(key, new Attachment(edit.name(), version, content)));
    }
    return new Decision.Accepted(changes, version);
  }

  private static @Nullable Refusal senseless(Request.ChangeAttachments request) {
    Set<String> names = new HashSet<>();
    for (AttachmentEdit edit : request.edits()) {
      int length = edit.name().getBytes(StandardCharsets.UTF_8).length;
      if (length == 0 || length > Attachment.MAX_NAME_BYTES || !names.add(edit.name())) {
        return Refusal.invalid("invalid_name", "a " + request.kind().word() + " cannot be called so",
            "1 to " + Attachment.MAX_NAME_BYTES + " bytes, each name once");
      }
    }
    return request.edits().size() <= AttachmentEdit.MAX_EDITS
        ? null
        : Refusal.invalid("too_many_changes", "at most " + AttachmentEdit.MAX_EDITS + " changes at a time",
            "");
  }

  private static @Nullable Refusal tooMuch(StateView state, Request.ChangeAttachments request,
      Map<AttachmentKey, Attachment> now, List<AttachmentEdit> edits) {
    AttachmentKind kind = request.kind();
    long before = bytes(now);
    for (AttachmentEdit edit : edits) {
      AttachmentKey key = new AttachmentKey(request.table(), kind, edit.name());
      Bytes content = edit.content();
      if (content == null) {
        now.remove(key);
      } else if (content.size() > kind.maxBytes()) {
        return Refusal.invalid("too_large", "the " + kind.word() + " takes " + content.size()
            + " bytes; the most is " + kind.maxBytes(), "");
      } else {
        now.put(key, new Attachment(edit.name(), 0, content));
      }
    }
    long after = bytes(now);
    if (now.size() > kind.maxCount()) {
      return Refusal.conflict("too_many", "a table has at most " + kind.maxCount() + " of kind "
          + kind.word(), "");
    }
    if (after > kind.maxBytesInAll()) {
      return Refusal.conflict("too_large_in_all", "all of a table's of kind " + kind.word()
          + " together take at most " + kind.maxBytesInAll() + " bytes", "");
    }
    return after <= before || state.attachedBytes() + after - before <= MAX_BYTES_IN_ALL
        ? null
        : new Refusal(Refusal.Kind.UNAVAILABLE, "cluster_full",
            "what is attached to all tables together takes its most, " + MAX_BYTES_IN_ALL + " bytes", "");
  }

  private static long bytes(Map<AttachmentKey, Attachment> attachments) {
    return attachments.values().stream().mapToLong(each -> each.content().size()).sum();
  }

  /** Some of what is attached to a table that is going; none are left when it is empty. */
  static List<Change> removal(StateView state, int table) {
    List<Change> changes = new ArrayList<>();
    for (AttachmentKind kind : AttachmentKind.values()) {
      state.attachments(table, kind).keySet().stream().limit(REMOVED_A_STEP - changes.size())
          .forEach(key -> changes.add(new Change.AttachmentGone(key)));
    }
    return changes;
  }

  private static Decision rejected(Refusal refusal) {
    return new Decision.Rejected(refusal);
  }
}
