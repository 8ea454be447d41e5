package io.pika.proxy.rdb;

import io.pika.proxy.protocol.Numbers;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * Reads the primitives of the RDB format from a payload or a file. Nothing is allocated that the bytes that are left do
 * not account for, and in sum no more than is allowed: a small payload can stand for very much.
 *
 * <pre>
 * length: | 00LLLLLL | , | 01LLLLLL | L | , | 10000000 | u32 BE | , | 10000001 | u64 BE |
 * string: | length | bytes |
 *       | | 11000000 | i8 | , | 11000001 | i16 LE | , | 11000010 | i32 LE |       a number in canonical form
 *       | | 11000011 | compressed length | length | LZF bytes |
 * </pre>
 */
public final class RdbReader {
  static final int INT8 = 0xc0;
  static final int INT16 = 0xc1;
  static final int INT32 = 0xc2;
  static final int COMPRESSED = 0xc3;
  /** LZF cannot stretch three bytes to more than this; a length that says otherwise is a bomb or broken. */
  private static final long STRETCH_MAX = 264;
  /** Memory of an item beside its bytes, about. */
  private static final int ITEM_BYTES = 64;

  private final InputStream in;
  private long left;
  private final long bytesMax;
  private final long stringBytesMax;
  private long taken;

  /**
   * @param left how many bytes the stream has at most
   * @param bytesMax memory that all values together may take
   */
  public RdbReader(InputStream in, long left, long bytesMax) {
    this(in, left, bytesMax, bytesMax);
  }

  private RdbReader(InputStream in, long left, long bytesMax, long stringBytesMax) {
    this.in = in;
    this.left = left;
    this.bytesMax = bytesMax;
    this.stringBytesMax = stringBytesMax;
  }

  /** Of a file, whose values are not kept: only each string is bounded. */
  static RdbReader ofFile(InputStream in, long stringBytesMax) {
    return new RdbReader(in, Long.MAX_VALUE, Long.MAX_VALUE, stringBytesMax);
  }

  static RdbReader of(byte[] bytes, int from, int to, long bytesMax) {
    return new RdbReader(new ByteArrayInputStream(bytes, from, to - from), to - from, bytesMax);
  }

  public boolean hasNext() {
    return left > 0;
  }

  int takeByte() {
    if (left < 1) {
      throw new DamagedException("it ends too early");
    }
    left--;
    try {
      int value = in.read();
      if (value < 0) {
        throw new DamagedException("it ends too early");
      }
      return value;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  byte[] take(long count) {
    if (count < 0 || count > left || count > Integer.MAX_VALUE) {
      throw new DamagedException("it ends too early");
    }
    if (count > stringBytesMax) {
      throw new TooLongException(stringBytesMax);
    }
    left -= count;
    try {
      byte[] bytes = in.readNBytes((int) count);
      if (bytes.length < count) {
        throw new DamagedException("it ends too early");
      }
      return bytes;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public RdbType takeType() {
    RdbType type = RdbType.of(takeByte());
    if (type == null) {
      throw new DamagedException("a form that is not known");
    }
    return type;
  }

  /** An unsigned number of up to 64 bits. */
  long takeLength() {
    return length(takeByte());
  }

  /** How many parts follow, each of at least a byte. */
  long takeCount() {
    long count = takeLength();
    if (count < 0 || count > left) {
      throw new DamagedException("more parts than bytes");
    }
    return count;
  }

  /** As {@link #takeCount}, but there is at least one. */
  long takePositiveCount() {
    long count = takeCount();
    if (count == 0) {
      throw new DamagedException("empty");
    }
    return count;
  }

  /** A string that becomes an item. */
  byte[] takeString() {
    byte[] value = takePack();
    account(value.length);
    return value;
  }

  /** A string that holds items, and goes when they have been taken out. */
  byte[] takePack() {
    int first = takeByte();
    return switch (first) {
      case INT8 -> Numbers.format((byte) littleEndian(1));
      case INT16 -> Numbers.format((short) littleEndian(2));
      case INT32 -> Numbers.format((int) littleEndian(4));
      case COMPRESSED -> takeCompressed();
      default -> take(length(first));
    };
  }

  /** Eight bytes, the lowest first. */
  long takeLong() {
    return littleEndian(8);
  }

  /** Four bytes of a signed number, the lowest first. */
  long takeInt() {
    return (int) littleEndian(4);
  }

  /** What becomes an item of its own takes memory; throws when it is too much. */
  void account(long itemBytes) {
    taken += itemBytes + ITEM_BYTES;
    if (taken > bytesMax) {
      throw new TooLongException(bytesMax);
    }
  }

  private long length(int first) {
    return switch (first >> 6) {
      case 0 -> first;
      case 1 -> (long) (first & 0x3f) << 8 | takeByte();
      default -> switch (first) {
        case 0x80 -> bigEndian(4);
        case 0x81 -> bigEndian(8);
        default -> throw new DamagedException("no length");
      };
    };
  }

  private byte[] takeCompressed() {
    long small = takeLength();
    long length = takeLength();
    if (small < 0 || small > left || length < 0 || length > small * STRETCH_MAX) {
      throw new DamagedException("no compressed string");
    }
    if (length > Math.min(stringBytesMax, Integer.MAX_VALUE - 64)) {
      throw new TooLongException(stringBytesMax);
    }
    byte[] packed = take(small);
    byte[] value = Lzf.decompress(packed, 0, packed.length, (int) length);
    if (value == null) {
      throw new DamagedException("no compressed string");
    }
    return value;
  }

  private long bigEndian(int count) {
    long value = 0;
    for (int i = 0; i < count; i++) {
      value = value << 8 | takeByte();
    }
    return value;
  }

  private long littleEndian(int count) {
    long value = 0;
    for (int i = 0; i < count; i++) {
      value |= (long) takeByte() << 8 * i;
    }
    return value;
  }
}
