package io.pika.node.type;

import io.pika.node.store.KeySpace;
import io.pika.node.type.OpenGroup.PendingQuery;
import io.pika.proxy.rdb.RdbReader;
import io.pika.proxy.rdb.RdbType;
import io.pika.proxy.rdb.RdbWriter;
import io.pika.proxy.rdb.StreamDump.Consumer;
import io.pika.proxy.rdb.StreamDump.Entry;
import io.pika.proxy.rdb.StreamDump.Facts;
import io.pika.proxy.rdb.StreamDump.Group;
import io.pika.proxy.rdb.StreamDump.Id;
import io.pika.proxy.rdb.StreamDump.Pending;
import io.pika.proxy.rdb.StreamDump.Sink;
import io.pika.proxy.rdb.StreamDump.WrittenConsumer;
import io.pika.proxy.rdb.StreamDump.WrittenGroup;
import io.pika.proxy.rdb.StreamReader;
import io.pika.proxy.rdb.StreamWriter;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Streams for {@link Dumps}: entries, groups and what is pending go one by one, in both directions. */
final class StreamDumps {
  private StreamDumps() {}

  static void write(KeySpace keys, byte[] key, RdbWriter out, long bytesMax) {
    OpenStream stream = Objects.requireNonNull(OpenStream.find(keys, key));
    Facts facts = new Facts(stream.length(), id(stream.lastId()), id(stream.firstId()),
        id(stream.maxDeletedId()), stream.entriesAdded());
    StreamWriter.write(out,
        to -> stream.range(StreamId.ZERO, StreamId.MAX, 0, entry -> to.accept(written(entry))),
        facts, stream.groups(), to -> OpenGroup.each(stream, group -> to.accept(written(group))), bytesMax);
  }

  static void read(KeySpace keys, byte[] key, RdbType type, RdbReader in) {
    Restored restored = new Restored(OpenStream.make(keys, key));
    StreamReader.read(type, in, restored);
    restored.end();
  }

  private static Entry written(StreamEntry entry) {
    return new Entry(id(entry.id()), Objects.requireNonNull(entry.fields()));
  }

  private static WrittenGroup written(OpenGroup group) {
    return new WrittenGroup(new Group(group.name(), id(group.lastId()), group.entriesRead()), group.pending(),
        to -> group.eachPending(all(null), each -> to.accept(
            new Pending(id(each.id()), each.deliveredMs(), each.deliveries()))),
        group.consumers(), to -> group.eachConsumer(consumer -> to.accept(written(group, consumer))));
  }

  private static WrittenConsumer written(OpenGroup group, StreamConsumer consumer) {
    return new WrittenConsumer(new Consumer(consumer.name(), consumer.seenMs()), consumer.pending(),
        to -> group.eachPending(all(consumer.name()), each -> to.accept(id(each.id()))));
  }

  private static PendingQuery all(byte @Nullable [] consumer) {
    return new PendingQuery(StreamId.ZERO, StreamId.MAX, Long.MAX_VALUE, 0, consumer);
  }

  private static Id id(StreamId id) {
    return new Id(id.ms(), id.seq());
  }

  private static StreamId id(Id id) {
    return new StreamId(id.ms(), id.sequence());
  }

  /** A stream that takes shape as it is read. */
  private static final class Restored implements Sink {
    private final OpenStream stream;
    private @Nullable OpenGroup group;

    Restored(OpenStream stream) {
      this.stream = stream;
    }

    @Override
    public void entry(Entry entry) {
      stream.restore(new StreamEntry(id(entry.id()), entry.fieldsAndValues()));
    }

    @Override
    public void facts(Facts facts) {
      stream.restore(id(facts.last()), id(facts.first()), id(facts.largestDeleted()), facts.added());
    }

    @Override
    public void group(Group told) {
      endGroup();
      group = OpenGroup.restore(stream, told.name(), id(told.last()), told.entriesRead());
      if (group == null) {
        throw Refusals.BAD_DUMP;
      }
    }

    @Override
    public void pending(Pending pending) {
      open().restorePending(id(pending.id()), pending.deliveredAtMs(), pending.deliveries());
    }

    @Override
    public void consumer(Consumer consumer) {
      if (!open().restoreConsumer(consumer.name(), consumer.seenAtMs())) {
        throw Refusals.BAD_DUMP;
      }
    }

    @Override
    public boolean owned(Id id) {
      return open().restoreOwned(id(id));
    }

    void end() {
      endGroup();
      stream.endRestore();
    }

    private void endGroup() {
      if (group != null) {
        group.endRestore();
      }
    }

    private OpenGroup open() {
      return Objects.requireNonNull(group);
    }
  }
}
