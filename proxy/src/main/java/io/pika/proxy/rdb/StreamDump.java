package io.pika.proxy.rdb;

import java.util.List;

/** Streams in the RDB format, as values: what {@link StreamWriter} takes and {@link StreamReader} gives. */
public final class StreamDump {
  /** {@link Group#entriesRead} that nobody knows. */
  public static final long UNKNOWN = -1;

  /** Two numbers of 64 bits without a sign. */
  public record Id(long ms, long sequence) implements Comparable<Id> {
    public static final Id ZERO = new Id(0, 0);

    @Override
    public int compareTo(Id other) {
      int order = Long.compareUnsigned(ms, other.ms);
      return order == 0 ? Long.compareUnsigned(sequence, other.sequence) : order;
    }
  }

  /** @param fieldsAndValues in turn */
  public record Entry(Id id, List<byte[]> fieldsAndValues) {}

  /**
   * What a stream keeps beside its entries.
   *
   * @param first of the entries that are there; zero without any
   * @param added how many entries there have ever been
   */
  public record Facts(long length, Id last, Id first, Id largestDeleted, long added) {}

  /** @param entriesRead or {@link #UNKNOWN} */
  public record Group(byte[] name, Id last, long entriesRead) {}

  /** An entry that was delivered and not acknowledged. */
  public record Pending(Id id, long deliveredAtMs, long deliveries) {}

  public record Consumer(byte[] name, long seenAtMs) {}

  /**
   * A group that is written.
   *
   * @param pendingCount how many {@link #pending} gives, in the order of IDs
   * @param consumerCount how many {@link #consumers} gives
   */
  public record WrittenGroup(Group group, long pendingCount, Items<Pending> pending, long consumerCount,
      Items<WrittenConsumer> consumers) {}

  /** @param pendingCount how many {@link #pending} gives, in the order of IDs */
  public record WrittenConsumer(Consumer consumer, long pendingCount, Items<Id> pending) {}

  /** Takes a stream as it is read, in the order of these methods; what follows a group belongs to it. */
  public interface Sink {
    void entry(Entry entry);

    void facts(Facts facts);

    void group(Group group);

    void pending(Pending pending);

    void consumer(Consumer consumer);

    /**
     * The last consumer has this pending entry. Of all pending entries of a group, each has one consumer.
     *
     * @return false: there is no such pending entry, or another consumer has it
     */
    boolean owned(Id id);
  }

  private StreamDump() {}
}
