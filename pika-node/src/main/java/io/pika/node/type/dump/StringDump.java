package io.pika.node.type.dump;

import io.pika.proxy.protocol.Numbers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A string as DUMP gives it and RESTORE takes it, byte for byte as Redis 7.0 does (RDB version 10).
 *
 * <pre>
 * | type 1 | string | version u16 LE | crc64 of all before u64 LE |
 * string: | length | bytes |
 *       | | 11000000 | i8 | , | 11000001 | i16 LE | , | 11000010 | i32 LE |       a number in canonical form
 *       | | 11000011 | compressed length | length | LZF bytes |
 * length: | 00LLLLLL | , | 01LLLLLL | L | , | 10000000 | u32 BE | , | 10000001 | u64 BE |
 * </pre>
 */
public final class StringDump {
  private static final int TYPE_STRING = 0;
  private static final int VERSION = 10;
  private static final int FOOTER_BYTES = 10;
  private static final int LENGTH_BYTES_MAX = 9;

  private static final int INT8 = 0xc0;
  private static final int INT16 = 0xc1;
  private static final int INT32 = 0xc2;
  private static final int COMPRESSED = 0xc3;
  /** Longest decimal form of a 32 bit number. */
  private static final int INT_DIGITS_MAX = 11;
  /** Shorter strings cannot shrink. */
  private static final int COMPRESS_FROM_BYTES = 21;
  /** LZF cannot stretch three bytes to more than this; a payload that says otherwise is a bomb or broken. */
  private static final long STRETCH_MAX = 264;

  private StringDump() {}

  /** The payload for a value. */
  public static byte[] encode(byte[] value) {
    ByteBuffer out = ByteBuffer.allocate(1 + 1 + 2 * LENGTH_BYTES_MAX + value.length + FOOTER_BYTES);
    out.put((byte) TYPE_STRING);
    if (!putNumber(out, value) && !putCompressed(out, value)) {
      putLength(out, value.length);
      out.put(value);
    }
    out.order(ByteOrder.LITTLE_ENDIAN).putShort((short) VERSION);
    out.putLong(Crc64.of(out.array(), 0, out.position()));
    return Arrays.copyOf(out.array(), out.position());
  }

  /** True where the payload ends with a version that we know and with its own checksum. */
  public static boolean isIntact(byte[] payload) {
    if (payload.length < FOOTER_BYTES) {
      return false;
    }
    ByteBuffer footer = ByteBuffer.wrap(payload).order(ByteOrder.LITTLE_ENDIAN);
    int versionAt = payload.length - FOOTER_BYTES;
    return (footer.getShort(versionAt) & 0xffff) <= VERSION
        && footer.getLong(versionAt + 2) == Crc64.of(payload, 0, versionAt + 2);
  }

  /**
   * The value in an intact payload, or null where it holds something else than a string, or a string longer
   * than {@code maxBytes}. What follows the value is ignored, as Redis ignores it.
   */
  public static byte @Nullable [] decode(byte[] payload, long maxBytes) {
    ByteBuffer in = ByteBuffer.wrap(payload, 0, payload.length - FOOTER_BYTES);
    if (!in.hasRemaining() || in.get() != TYPE_STRING || !in.hasRemaining()) {
      return null;
    }
    int first = in.get(in.position()) & 0xff;
    return switch (first) {
      case INT8, INT16, INT32 -> takeNumber(in, first);
      case COMPRESSED -> takeCompressed(in, maxBytes);
      default -> takePlain(in, maxBytes);
    };
  }

  private static boolean putNumber(ByteBuffer out, byte[] value) {
    if (value.length > INT_DIGITS_MAX || !Numbers.isLong(value)) {
      return false;
    }
    long number = Numbers.parseLong(value);
    if (number != (int) number) {
      return false;
    }
    out.order(ByteOrder.LITTLE_ENDIAN);
    if (number == (byte) number) {
      out.put((byte) INT8).put((byte) number);
    } else if (number == (short) number) {
      out.put((byte) INT16).putShort((short) number);
    } else {
      out.put((byte) INT32).putInt((int) number);
    }
    return true;
  }

  private static boolean putCompressed(ByteBuffer out, byte[] value) {
    byte[] small = value.length < COMPRESS_FROM_BYTES ? null : Lzf.compress(value, value.length - 4);
    if (small == null) {
      return false;
    }
    out.put((byte) COMPRESSED);
    putLength(out, small.length);
    putLength(out, value.length);
    out.put(small);
    return true;
  }

  private static void putLength(ByteBuffer out, int length) {
    if (length < 1 << 6) {
      out.put((byte) length);
    } else if (length < 1 << 14) {
      out.put((byte) (0x40 | length >> 8)).put((byte) length);
    } else {
      out.put((byte) 0x80).order(ByteOrder.BIG_ENDIAN).putInt(length);
    }
  }

  private static byte @Nullable [] takeNumber(ByteBuffer in, int kind) {
    in.get();
    in.order(ByteOrder.LITTLE_ENDIAN);
    int size = 1 << (kind - INT8);
    if (in.remaining() < size) {
      return null;
    }
    return Numbers.format(switch (kind) {
      case INT8 -> in.get();
      case INT16 -> in.getShort();
      default -> in.getInt();
    });
  }

  private static byte @Nullable [] takeCompressed(ByteBuffer in, long maxBytes) {
    in.get();
    long small = takeLength(in);
    long length = takeLength(in);
    if (small < 0 || small > in.remaining() || length < 0
        || length > Math.min(maxBytes, small * STRETCH_MAX)) {
      return null;
    }
    return Lzf.decompress(in.array(), in.position(), (int) small, (int) length);
  }

  private static byte @Nullable [] takePlain(ByteBuffer in, long maxBytes) {
    long length = takeLength(in);
    if (length < 0 || length > Math.min(maxBytes, in.remaining())) {
      return null;
    }
    byte[] value = new byte[(int) length];
    in.get(value);
    return value;
  }

  /** A length, or -1 where there is none. */
  private static long takeLength(ByteBuffer in) {
    if (!in.hasRemaining()) {
      return -1;
    }
    in.order(ByteOrder.BIG_ENDIAN);
    int first = in.get() & 0xff;
    return switch (first >> 6) {
      case 0 -> first;
      case 1 -> in.hasRemaining() ? (first & 0x3f) << 8 | in.get() & 0xff : -1;
      case 2 -> takeLongLength(in, first);
      default -> -1;
    };
  }

  private static long takeLongLength(ByteBuffer in, int first) {
    if (first == 0x80) {
      return in.remaining() >= Integer.BYTES ? in.getInt() & 0xffffffffL : -1;
    }
    return first == 0x81 && in.remaining() >= Long.BYTES ? in.getLong() : -1;
  }
}
