package io.pika.node.type;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Where an entry is in its stream: Unix time in milliseconds, and a number within the millisecond. Both are unsigned.
 */
public record StreamId(long ms, long seq) implements Comparable<StreamId> {
  public static final StreamId ZERO = new StreamId(0, 0);
  public static final StreamId MAX = new StreamId(-1, -1);
  static final int BYTES = 16;

  @Override
  public int compareTo(StreamId other) {
    int byTime = Long.compareUnsigned(ms, other.ms);
    return byTime == 0 ? Long.compareUnsigned(seq, other.seq) : byTime;
  }

  public boolean isAfter(StreamId other) {
    return compareTo(other) > 0;
  }

  /** The id behind this one; null behind the last. */
  public @Nullable StreamId next() {
    if (equals(MAX)) {
      return null;
    }
    return seq == -1 ? new StreamId(ms + 1, 0) : new StreamId(ms, seq + 1);
  }

  /** The id before this one; null before the first. */
  public @Nullable StreamId previous() {
    if (equals(ZERO)) {
      return null;
    }
    return seq == 0 ? new StreamId(ms - 1, -1) : new StreamId(ms, seq - 1);
  }

  /** As clients write it: {@code 1526919030474-55}. */
  public byte[] text() {
    return toString().getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public String toString() {
    return Long.toUnsignedString(ms) + '-' + Long.toUnsignedString(seq);
  }

  void write(ByteBuffer out) {
    out.putLong(ms).putLong(seq);
  }

  static StreamId read(ByteBuffer in) {
    return new StreamId(in.getLong(), in.getLong());
  }
}
