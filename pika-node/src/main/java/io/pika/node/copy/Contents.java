package io.pika.node.copy;

import io.pika.node.store.SlotEntry;
import io.pika.node.store.SlotImage;
import java.nio.ByteBuffer;
import java.util.function.LongConsumer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * What is in a slot: two replicas at one position have the same. The checksum does not depend on the order, so that parts may be
 * added up.
 *
 * @param bytes of keys and values
 */
public record Contents(long entries, long bytes, long checksum) {
  public static final Contents NONE = new Contents(0, 0, 0);

  /** Is mixed into a checksum of 32 bits, so that those of many do not cancel out in the sum. */
  private static final long FACTOR = 0x9E3779B97F4A7C15L;

  /** Adds up. One thread. */
  public static final class Sum {
    private final CRC32C crc = new CRC32C();
    private final ByteBuffer length = ByteBuffer.allocate(Integer.BYTES);
    private long entries;
    private long bytes;
    private long checksum;

    public void add(byte[] key, byte[] value) {
      crc.reset();
      crc.update(length.putInt(0, key.length).array());
      crc.update(key);
      crc.update(value);
      long mixed = (crc.getValue() + 1) * FACTOR;
      checksum += (mixed ^ mixed >>> 32) * FACTOR;
      entries++;
      bytes += key.length + value.length;
    }

    public void add(SlotEntry entry) {
      add(entry.key(), entry.value());
    }

    public Contents now() {
      return new Contents(entries, bytes, checksum);
    }
  }

  /**
   * Reads all of an image, with pauses.
   *
   * @param pieceBytes after which there may be one
   * @param pause waits for so many nanoseconds
   */
  public static Contents of(SlotImage image, int pieceBytes, CopyRate rate, LongConsumer pause) {
    Sum sum = new Sum();
    byte[] after = null;
    boolean done = false;
    while (!done) {
      Piece piece = new Piece(sum, pieceBytes);
      done = image.read(after, piece);
      after = piece.last == null ? after : piece.last;
      pause.accept(rate.reserve(piece.bytes));
    }
    return sum.now();
  }

  private static final class Piece implements SlotImage.Taker {
    private final Sum sum;
    private final int most;
    private long bytes;
    private byte @Nullable [] last;

    Piece(Sum sum, int most) {
      this.sum = sum;
      this.most = most;
    }

    @Override
    public boolean take(byte[] key, byte[] value) {
      sum.add(key, value);
      bytes += key.length + value.length;
      last = key;
      return bytes < most;
    }
  }
}
