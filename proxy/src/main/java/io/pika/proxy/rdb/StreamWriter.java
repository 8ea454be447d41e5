package io.pika.proxy.rdb;

import io.pika.proxy.rdb.StreamDump.Entry;
import io.pika.proxy.rdb.StreamDump.Facts;
import io.pika.proxy.rdb.StreamDump.Id;
import io.pika.proxy.rdb.StreamDump.WrittenConsumer;
import io.pika.proxy.rdb.StreamDump.WrittenGroup;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes a stream in the RDB format, its entries in nodes as Redis cuts a stream that only grew.
 *
 * <pre>
 * | nodes | ID ms u64 BE, sequence u64 BE, as a string | listpack as a string | ... |
 * | length | last ID | first ID | largest deleted ID | entries ever |      an ID as two lengths
 * | groups | name | last ID | entries read | pending | ID u64 BE u64 BE | delivered at u64 LE | deliveries | ... |
 *          | consumers | name | seen at u64 LE | pending | ID u64 BE u64 BE | ... | ... | ... |
 * listpack: | live | deleted | fields n | field ... | 0 | entry ... |
 * entry: | flags | ms and sequence from the node's | values ...             | 3 + n |     flag "same fields"
 *        | flags | ms and sequence from the node's | n | field | value | ... | 4 + 2n |
 * </pre>
 */
public final class StreamWriter {
  static final int DELETED = 1;
  static final int SAME_FIELDS = 2;
  /** stream-node-max-bytes. */
  private static final int NODE_BYTES_MAX = 4096;
  /** stream-node-max-entries. */
  private static final int NODE_ENTRIES_MAX = 100;

  private final RdbWriter nodes;
  private final long bytesMax;
  private long nodeCount;
  private @Nullable Node open;

  private StreamWriter(long bytesMax) {
    this.bytesMax = bytesMax;
    this.nodes = new RdbWriter(bytesMax);
  }

  /** Writes type and value. @param bytesMax see {@link RdbWriter} */
  public static void write(RdbWriter out, Items<Entry> entries, Facts facts, long groupCount,
      Items<WrittenGroup> groups, long bytesMax) {
    StreamWriter writer = new StreamWriter(bytesMax);
    entries.each(writer::add);
    writer.close();
    out.putType(RdbType.STREAM_LISTPACKS_2);
    out.putLength(writer.nodeCount);
    out.putAll(writer.nodes.bytes());
    out.putLength(facts.length());
    putId(out, facts.last());
    putId(out, facts.first());
    putId(out, facts.largestDeleted());
    out.putLength(facts.added());
    out.putLength(groupCount);
    groups.each(group -> putGroup(out, group));
  }

  /** How many items an entry has in its node, but for this number itself. */
  static long itemsOf(long fields, boolean sameFields) {
    return sameFields ? fields + 3 : 2 * fields + 4;
  }

  private void add(Entry entry) {
    if (open != null && !open.hasRoom(entry)) {
      close();
    }
    if (open == null) {
      open = new Node(entry, bytesMax);
    }
    open.add(entry);
  }

  private void close() {
    if (open != null) {
      nodes.putString(rawId(open.base));
      nodes.putString(open.finish());
      nodeCount++;
      open = null;
    }
  }

  private static void putGroup(RdbWriter out, WrittenGroup written) {
    out.putString(written.group().name());
    putId(out, written.group().last());
    out.putLength(written.group().entriesRead());
    out.putLength(written.pendingCount());
    written.pending().each(each -> {
      out.putAll(rawId(each.id()));
      out.putLittleEndian(each.deliveredAtMs(), 8);
      out.putLength(each.deliveries());
    });
    out.putLength(written.consumerCount());
    written.consumers().each(each -> putConsumer(out, each));
  }

  private static void putConsumer(RdbWriter out, WrittenConsumer written) {
    out.putString(written.consumer().name());
    out.putLittleEndian(written.consumer().seenAtMs(), 8);
    out.putLength(written.pendingCount());
    written.pending().each(id -> out.putAll(rawId(id)));
  }

  private static void putId(RdbWriter out, Id id) {
    out.putLength(id.ms());
    out.putLength(id.sequence());
  }

  private static byte[] rawId(Id id) {
    return ByteBuffer.allocate(16).putLong(id.ms()).putLong(id.sequence()).array();
  }

  /** Neighbouring entries in one listpack. */
  private static final class Node {
    private final Id base;
    private final List<byte[]> fields;
    private final ListpackWriter pack;
    private int count;

    Node(Entry first, long bytesMax) {
      this.base = first.id();
      this.fields = fields(first);
      this.pack = new ListpackWriter(bytesMax);
      // The count is set in the end; it takes one byte whatever it is.
      pack.add(0);
      pack.add(0);
      pack.add(fields.size());
      fields.forEach(pack::add);
      pack.add(0);
    }

    boolean hasRoom(Entry entry) {
      long bytes = pack.bytes();
      for (byte[] item : entry.fieldsAndValues()) {
        bytes += item.length;
      }
      return bytes < NODE_BYTES_MAX && count < NODE_ENTRIES_MAX;
    }

    void add(Entry entry) {
      List<byte[]> items = entry.fieldsAndValues();
      boolean same = hasSameFields(items);
      pack.add(same ? SAME_FIELDS : 0);
      pack.add(entry.id().ms() - base.ms());
      pack.add(entry.id().sequence() - base.sequence());
      if (!same) {
        pack.add(items.size() / 2);
      }
      for (int i = 0; i < items.size(); i++) {
        if (!same || i % 2 == 1) {
          pack.add(items.get(i));
        }
      }
      pack.add(itemsOf(items.size() / 2, same));
      count++;
    }

    byte[] finish() {
      byte[] bytes = pack.finish();
      bytes[ListpackWriter.HEAD_BYTES] = (byte) count;
      return bytes;
    }

    private boolean hasSameFields(List<byte[]> items) {
      if (items.size() != 2 * fields.size()) {
        return false;
      }
      for (int i = 0; i < fields.size(); i++) {
        if (!Arrays.equals(fields.get(i), items.get(2 * i))) {
          return false;
        }
      }
      return true;
    }

    private static List<byte[]> fields(Entry entry) {
      List<byte[]> fields = new ArrayList<>();
      for (int i = 0; i < entry.fieldsAndValues().size(); i += 2) {
        fields.add(entry.fieldsAndValues().get(i));
      }
      return fields;
    }
  }
}
