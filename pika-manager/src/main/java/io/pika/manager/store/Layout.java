package io.pika.manager.store;

import io.pika.core.bytes.Bytes;
import io.pika.core.meta.KeyRange;
import io.pika.core.meta.Write;
import io.pika.core.model.AttachmentKind;
import io.pika.manager.state.AttachmentKey;
import io.pika.manager.state.Change;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * The keys of the store.
 *
 * <pre>
 * pika/1/cluster            what there is one of
 * pika/1/counters           versions and next ids; written and compared by every transaction
 * pika/1/table/000000a1     a table with all its ranges
 * pika/1/attachment/000000a1/user/ann
 * pika/1/node/00000002
 * pika/1/job/00000000000003e9
 * pika/1/token/00000001
 * pika/1/election/...       candidates (see {@link io.pika.core.meta.Election}); not part of the state
 * </pre>
 *
 * The 1 is the version of the layout: another layout has another number, and finds the older one by it.
 */
public final class Layout {
  public static final String ELECTION = "pika/1/election";
  static final String PREFIX = "pika/1/";
  static final Bytes CLUSTER = Bytes.of(PREFIX + "cluster");
  static final Bytes COUNTERS = Bytes.of(PREFIX + "counters");
  static final String TABLE = PREFIX + "table/";
  static final String ATTACHMENT = PREFIX + "attachment/";
  static final String NODE = PREFIX + "node/";
  static final String JOB = PREFIX + "job/";
  static final String TOKEN = PREFIX + "token/";
  static final KeyRange EVERY_LAYOUT = KeyRange.prefix(Bytes.of("pika/"));

  private Layout() {}

  static Write write(Change change) {
    return switch (change) {
      case Change.ClusterPut put -> new Write.Put(CLUSTER, Records.write(put.cluster()));
      case Change.CountersPut put -> new Write.Put(COUNTERS, Records.write(put.counters()));
      case Change.TablePut put -> new Write.Put(key(TABLE, put.table().id()), Records.write(put.table()));
      case Change.TableGone gone -> new Write.Delete(key(TABLE, gone.id()));
      case Change.AttachmentPut put -> new Write.Put(key(put.key()), Records.write(put.attachment()));
      case Change.AttachmentGone gone -> new Write.Delete(key(gone.key()));
      case Change.NodePut put -> new Write.Put(key(NODE, put.node().id()), Records.write(put.node()));
      case Change.NodeGone gone -> new Write.Delete(key(NODE, gone.id()));
      case Change.JobPut put -> new Write.Put(jobKey(put.job().id()), Records.write(put.job()));
      case Change.JobGone gone -> new Write.Delete(jobKey(gone.id()));
      case Change.TokenPut put -> new Write.Put(key(TOKEN, put.token().id()), Records.write(put.token()));
      case Change.TokenGone gone -> new Write.Delete(key(TOKEN, gone.id()));
    };
  }

  private static Bytes key(AttachmentKey key) {
    return Bytes.of(ATTACHMENT + String.format(Locale.ROOT, "%08x", key.table()) + "/" + key.kind().word()
        + "/" + key.name());
  }

  /** Null: of a kind that only a newer version knows. */
  static @Nullable AttachmentKey attachmentKey(String key) {
    String[] parts = key.substring(ATTACHMENT.length()).split("/", 3);
    return AttachmentKind.of(parts[1])
        .map(kind -> new AttachmentKey(Integer.parseUnsignedInt(parts[0], 16), kind, parts[2])).orElse(null);
  }

  private static Bytes key(String prefix, int id) {
    return Bytes.of(prefix + String.format(Locale.ROOT, "%08x", id));
  }

  private static Bytes jobKey(long id) {
    return Bytes.of(JOB + String.format(Locale.ROOT, "%016x", id));
  }
}
