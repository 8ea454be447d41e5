package io.pika.node.type;

import java.nio.ByteBuffer;
import java.util.Arrays;

/**
 * The names of a stream's elements. Groups and consumers have numbers, so that their names are not repeated with
 * every pending entry; numbers grow and are not used again within a stream.
 *
 * <pre>
 * | 'c' | group u64 | consumer u64 | id |  nothing: an entry that is pending for a consumer
 * | 'e' | id |                             an entry: {@link StreamEntry}
 * | 'g' | name |                           a group: {@link OpenGroup}
 * | 'k' | group u64 | name |               a consumer's number u64
 * | 'n' | group u64 | consumer u64 |       a consumer: {@link OpenConsumer}
 * | 'p' | group u64 | id |                 an entry that is pending in a group: {@link Pending}
 * </pre>
 */
final class StreamNames {
  static final byte[] ENTRIES = {'e'};
  static final byte[] ENTRIES_END = {'e' + 1};
  static final byte[] GROUPS = {'g'};
  static final byte[] GROUPS_END = {'g' + 1};

  private static final byte PENDING_OF_CONSUMER = 'c';
  private static final byte CONSUMER_NUMBER = 'k';
  private static final byte CONSUMER = 'n';
  private static final byte PENDING = 'p';
  /** The kinds of which every element belongs to one group. */
  private static final byte[] OF_GROUP = {PENDING_OF_CONSUMER, CONSUMER_NUMBER, CONSUMER, PENDING};

  private StreamNames() {}

  /** Bounds of a range of names; {@code to} is exclusive. */
  record Range(byte[] from, byte[] to) {}

  static byte[] entry(StreamId id) {
    ByteBuffer name = ByteBuffer.allocate(1 + StreamId.BYTES).put(ENTRIES);
    id.write(name);
    return name.array();
  }

  static byte[] group(byte[] name) {
    return ByteBuffer.allocate(1 + name.length).put(GROUPS).put(name).array();
  }

  static byte[] consumerNumber(long group, byte[] name) {
    return start(CONSUMER_NUMBER, group, name.length).put(name).array();
  }

  static byte[] consumer(long group, long consumer) {
    return start(CONSUMER, group, Long.BYTES).putLong(consumer).array();
  }

  static byte[] pending(long group, StreamId id) {
    ByteBuffer name = start(PENDING, group, StreamId.BYTES);
    id.write(name);
    return name.array();
  }

  static byte[] pendingOf(long group, long consumer, StreamId id) {
    ByteBuffer name = start(PENDING_OF_CONSUMER, group, Long.BYTES + StreamId.BYTES).putLong(consumer);
    id.write(name);
    return name.array();
  }

  /** All numbers of a group's consumers, in the order of the consumers' names. */
  static Range consumerNumbers(long group) {
    return ofKind(CONSUMER_NUMBER, group);
  }

  static Range allPending(long group) {
    return ofKind(PENDING, group);
  }

  /** Whatever belongs to a group but the group itself. */
  static Range[] ofGroup(long group) {
    Range[] ranges = new Range[OF_GROUP.length];
    for (int i = 0; i < ranges.length; i++) {
      ranges[i] = ofKind(OF_GROUP[i], group);
    }
    return ranges;
  }

  /** The least name that is greater than this one. */
  static byte[] after(byte[] name) {
    return Arrays.copyOf(name, name.length + 1);
  }

  /** The id with which a name ends. */
  static StreamId idOf(byte[] name) {
    return StreamId.read(ByteBuffer.wrap(name, name.length - StreamId.BYTES, StreamId.BYTES));
  }

  static byte[] groupName(byte[] name) {
    return Arrays.copyOfRange(name, GROUPS.length, name.length);
  }

  private static Range ofKind(byte kind, long group) {
    return new Range(start(kind, group, 0).array(), start(kind, group + 1, 0).array());
  }

  private static ByteBuffer start(byte kind, long group, int moreBytes) {
    return ByteBuffer.allocate(1 + Long.BYTES + moreBytes).put(kind).putLong(group);
  }
}
