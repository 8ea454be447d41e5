package io.pika.proxy.rdb;

import io.pika.proxy.rdb.StreamDump.Consumer;
import io.pika.proxy.rdb.StreamDump.Entry;
import io.pika.proxy.rdb.StreamDump.Facts;
import io.pika.proxy.rdb.StreamDump.Group;
import io.pika.proxy.rdb.StreamDump.Id;
import io.pika.proxy.rdb.StreamDump.Pending;
import io.pika.proxy.rdb.StreamDump.Sink;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Reads what {@link StreamWriter} writes, and the form before it, and hands it on as it comes. */
public final class StreamReader {
  private static final int ID_BYTES = 16;

  private final RdbReader in;
  private final Sink sink;
  private Id first = Id.ZERO;
  private Id last = Id.ZERO;
  private long length;

  private StreamReader(RdbReader in, Sink sink) {
    this.in = in;
    this.sink = sink;
  }

  /** What follows the type. */
  public static void read(RdbType type, RdbReader in, Sink sink) {
    new StreamReader(in, sink).read(type == RdbType.STREAM_LISTPACKS_2);
  }

  private void read(boolean second) {
    for (long left = in.takeCount(); left > 0; left--) {
      Id base = takeRawId(in.takePack());
      readNode(base, new Listpack(in.takePack()));
    }
    Facts facts = takeFacts(second);
    if (facts.length() != length || last.compareTo(facts.last()) > 0) {
      throw new DamagedException("not the stream's length, or last ID");
    }
    sink.facts(facts);
    for (long left = in.takeCount(); left > 0; left--) {
      readGroup(facts, second);
    }
  }

  private void readNode(Id base, Listpack items) {
    long live = items.nextLong();
    long deleted = items.nextLong();
    List<byte[]> fields = takeFields(items);
    if (items.nextLong() != 0) {
      throw new DamagedException("no head of a stream's node");
    }
    while (items.hasNext()) {
      long flags = items.nextLong();
      Entry entry = takeEntry(base, fields, (flags & StreamWriter.SAME_FIELDS) != 0, items);
      account(entry);
      if ((flags & StreamWriter.DELETED) != 0) {
        deleted--;
      } else {
        live--;
        give(entry);
      }
    }
    if (live != 0 || deleted != 0) {
      throw new DamagedException("not the count of a stream's node");
    }
  }

  private List<byte[]> takeFields(Listpack items) {
    List<byte[]> fields = new ArrayList<>();
    for (long left = items.nextLong(); left > 0; left--) {
      fields.add(items.next());
    }
    return fields;
  }

  private static Entry takeEntry(Id base, List<byte[]> nodeFields, boolean sameFields, Listpack items) {
    Id id = new Id(base.ms() + items.nextLong(), base.sequence() + items.nextLong());
    long count = sameFields ? nodeFields.size() : items.nextLong();
    List<byte[]> fieldsAndValues = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      fieldsAndValues.add(sameFields ? nodeFields.get((int) i) : items.next());
      fieldsAndValues.add(items.next());
    }
    if (count < 1 || items.nextLong() != StreamWriter.itemsOf(count, sameFields)) {
      throw new DamagedException("not the length of a stream's entry");
    }
    return new Entry(id, fieldsAndValues);
  }

  private void give(Entry entry) {
    boolean ascends = last.compareTo(entry.id()) < 0;
    if (!ascends) {
      throw new DamagedException("IDs that do not ascend");
    }
    first = length == 0 ? entry.id() : first;
    last = entry.id();
    length++;
    sink.entry(entry);
  }

  /** One that was deleted as well: it takes as much work. */
  private void account(Entry entry) {
    long bytes = 0;
    for (byte[] item : entry.fieldsAndValues()) {
      bytes += item.length + Integer.BYTES;
    }
    in.account(bytes);
  }

  private Facts takeFacts(boolean second) {
    long told = in.takeLength();
    Id toldLast = takeId();
    if (!second) {
      return new Facts(told, toldLast, first, Id.ZERO, told);
    }
    takeId();
    Id largestDeleted = takeId();
    return new Facts(told, toldLast, first, largestDeleted, in.takeLength());
  }

  private void readGroup(Facts facts, boolean second) {
    byte[] name = in.takeString();
    Id groupLast = takeId();
    long read = second ? in.takeLength() : distance(facts, groupLast);
    sink.group(new Group(name, groupLast, read));
    long pending = in.takeCount();
    for (long left = pending; left > 0; left--) {
      Id id = takeRawId(in.take(ID_BYTES));
      in.account(ID_BYTES);
      sink.pending(new Pending(id, in.takeLong(), in.takeLength()));
    }
    for (long left = in.takeCount(); left > 0; left--) {
      byte[] consumer = in.takeString();
      sink.consumer(new Consumer(consumer, in.takeLong()));
      pending -= readOwned();
    }
    if (pending != 0) {
      throw new DamagedException("pending entries without consumer");
    }
  }

  private long readOwned() {
    long count = in.takeCount();
    for (long left = count; left > 0; left--) {
      if (!sink.owned(takeRawId(in.take(ID_BYTES)))) {
        throw new DamagedException("a consumer's entry that is not pending");
      }
    }
    return count;
  }

  /** How many entries a group has read that is at an ID, as far as one can tell, where that was not written down. */
  private static long distance(Facts facts, Id id) {
    if (facts.added() == 0) {
      return 0;
    }
    int toLast = id.compareTo(facts.last());
    if (toLast == 0 || facts.length() == 0 && toLast < 0) {
      return facts.added();
    }
    int toFirst = id.compareTo(facts.first());
    if (toLast > 0 || toFirst > 0) {
      return StreamDump.UNKNOWN;
    }
    return facts.added() - facts.length() + (toFirst == 0 ? 1 : 0);
  }

  private Id takeId() {
    return new Id(in.takeLength(), in.takeLength());
  }

  private static Id takeRawId(byte[] bytes) {
    if (bytes.length != ID_BYTES) {
      throw new DamagedException("no ID");
    }
    return new Id(bigEndian(Arrays.copyOf(bytes, 8)), bigEndian(Arrays.copyOfRange(bytes, 8, ID_BYTES)));
  }

  private static long bigEndian(byte[] bytes) {
    return ByteBuffer.wrap(bytes).getLong();
  }
}
