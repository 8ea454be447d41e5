package io.pika.proxy.rdb;

import io.pika.proxy.protocol.Numbers;
import org.jspecify.annotations.Nullable;

/**
 * A listpack (Redis 7.0 {@code listpack.c}): small items one behind the other, each with its length at its end too, so
 * that it can be read backwards. A text that is a whole number is kept as that number.
 *
 * <pre>
 * | total bytes u32 LE | items u16 LE, 65535: not known | item ... | ff |
 * item: | content | its length, 7 bits a byte, the highest first and without the mark 80 |
 * content: | 0nnnnnnn | , | 110nnnnn | n | , | f1 | i16 LE | , | f2 | i24 LE | , | f3 | i32 LE | , | f4 | i64 LE |
 *        | | 10LLLLLL | bytes | , | 1110LLLL | L | bytes | , | f0 | u32 LE | bytes |
 * </pre>
 */
final class ListpackWriter {
  static final int HEAD_BYTES = 6;
  static final int END = 0xff;
  static final int COUNT_UNKNOWN = 0xffff;
  /** A 13 bit number. */
  private static final int SHORT_MAX = 4095;

  private final GrowingBytes out;
  private int count;

  ListpackWriter(long bytesMax) {
    this.out = new GrowingBytes(bytesMax);
    out.put(new byte[HEAD_BYTES]);
  }

  /** All items in one; null: one is longer than it may be. */
  static byte @Nullable [] packed(Items<byte[]> items, int itemBytesMax, long bytesMax) {
    ListpackWriter pack = new ListpackWriter(bytesMax);
    int[] tooLong = {0};
    items.each(item -> {
      if (item.length > itemBytesMax) {
        tooLong[0]++;
      } else {
        pack.add(item);
      }
    });
    return tooLong[0] > 0 ? null : pack.finish();
  }

  /** Of the whole, the end included. */
  int bytes() {
    return out.size() + 1;
  }

  void add(byte[] item) {
    if (Numbers.isLong(item)) {
      add(Numbers.parseLong(item));
      return;
    }
    int start = out.size();
    if (item.length < 1 << 6) {
      out.put(0x80 | item.length);
    } else if (item.length < 1 << 12) {
      out.put(0xe0 | item.length >> 8);
      out.put(item.length);
    } else {
      out.put(0xf0);
      out.putLittleEndian(item.length, 4);
    }
    out.put(item);
    endItem(start);
  }

  void add(long number) {
    int start = out.size();
    if (number >= 0 && number < 1 << 7) {
      out.put((int) number);
    } else if (number >= -SHORT_MAX - 1 && number <= SHORT_MAX) {
      out.put(0xc0 | (int) (number >> 8) & 0x1f);
      out.put((int) number);
    } else {
      int size = size(number);
      out.put(size == 8 ? 0xf4 : 0xf1 + size - 2);
      out.putLittleEndian(number, size);
    }
    endItem(start);
  }

  byte[] finish() {
    out.put(END);
    byte[] bytes = out.bytes();
    setLittleEndian(bytes, 0, bytes.length, 4);
    setLittleEndian(bytes, 4, Math.min(count, COUNT_UNKNOWN), 2);
    return bytes;
  }

  /** Bytes of the number of an item's bytes. Redis changes to the next size one early, but for the first. */
  static int lengthBytes(int length) {
    if (length <= 127) {
      return 1;
    }
    if (length < 16_383) {
      return 2;
    }
    if (length < 2_097_151) {
      return 3;
    }
    return length < 268_435_455 ? 4 : 5;
  }

  private void endItem(int start) {
    int length = out.size() - start;
    int groups = lengthBytes(length);
    for (int i = groups - 1; i >= 0; i--) {
      int mark = i == groups - 1 ? 0 : 0x80;
      out.put(length >> 7 * i & 0x7f | mark);
    }
    count++;
  }

  private static int size(long number) {
    if (number == (short) number) {
      return 2;
    }
    if (number >= -(1 << 23) && number < 1 << 23) {
      return 3;
    }
    return number == (int) number ? 4 : 8;
  }

  private static void setLittleEndian(byte[] bytes, int at, int value, int size) {
    for (int i = 0; i < size; i++) {
      bytes[at + i] = (byte) (value >>> 8 * i);
    }
  }
}
