package io.pika.core.meta;

import io.pika.core.bytes.Bytes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What the embedded store writes into its journal.
 *
 * <pre>
 * snapshot    | revision u64 |, then per entry
 *             | version u64 | createRevision u64 | modRevision u64 | lease u64 | key | value |
 * transaction | revision u64 | count u32 | (put 1 | lease u64 | key | value |) or (delete 2 | key |) ... |
 * key, value  | length u32 | bytes |
 * </pre>
 */
final class EntryCodec {
  private static final byte PUT = 1;
  private static final byte DELETE = 2;

  private EntryCodec() {}

  record Committed(long revision, List<Write> writes) {}

  static Bytes revision(long revision) {
    return Bytes.of(ByteBuffer.allocate(8).putLong(revision).array());
  }

  static long revision(Bytes record) {
    return ByteBuffer.wrap(record.array()).getLong();
  }

  static Bytes entry(Entry entry) {
    ByteBuffer buffer = ByteBuffer.allocate(40 + entry.key().size() + entry.value().size());
    buffer.putLong(entry.version()).putLong(entry.createRevision()).putLong(entry.modRevision())
        .putLong(entry.lease());
    put(buffer, entry.key());
    put(buffer, entry.value());
    return Bytes.of(buffer.array());
  }

  static Entry entry(Bytes record) {
    ByteBuffer buffer = ByteBuffer.wrap(record.array());
    long version = buffer.getLong();
    long createRevision = buffer.getLong();
    long modRevision = buffer.getLong();
    long lease = buffer.getLong();
    Bytes key = take(buffer);
    return new Entry(key, take(buffer), version, createRevision, modRevision, lease);
  }

  static Bytes transaction(long revision, List<Write> writes) {
    int size = 12;
    for (Write write : writes) {
      size += 5 + write.key().size() + (write instanceof Write.Put put ? 12 + put.value().size() : 0);
    }
    ByteBuffer buffer = ByteBuffer.allocate(size).putLong(revision).putInt(writes.size());
    for (Write write : writes) {
      switch (write) {
        case Write.Put put -> {
          buffer.put(PUT).putLong(put.lease());
          put(buffer, put.key());
          put(buffer, put.value());
        }
        case Write.Delete delete -> {
          buffer.put(DELETE);
          put(buffer, delete.key());
        }
      }
    }
    return Bytes.of(buffer.array());
  }

  static Committed transaction(Bytes record) {
    ByteBuffer buffer = ByteBuffer.wrap(record.array());
    long revision = buffer.getLong();
    int count = buffer.getInt();
    List<Write> writes = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      byte kind = buffer.get();
      if (kind == PUT) {
        long lease = buffer.getLong();
        Bytes key = take(buffer);
        writes.add(new Write.Put(key, take(buffer), lease));
      } else if (kind == DELETE) {
        writes.add(new Write.Delete(take(buffer)));
      } else {
        throw new IllegalStateException("write of unknown kind " + kind + " in revision " + revision);
      }
    }
    return new Committed(revision, writes);
  }

  private static void put(ByteBuffer buffer, Bytes bytes) {
    buffer.putInt(bytes.size()).put(bytes.array());
  }

  private static Bytes take(ByteBuffer buffer) {
    byte[] bytes = new byte[buffer.getInt()];
    buffer.get(bytes);
    return Bytes.of(bytes);
  }
}
