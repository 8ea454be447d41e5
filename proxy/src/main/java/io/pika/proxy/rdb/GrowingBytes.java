package io.pika.proxy.rdb;

import java.util.Arrays;

/** Bytes that are appended, to a limit. */
final class GrowingBytes {
  private static final int FIRST_BYTES = 64;

  private final long bytesMax;
  private byte[] bytes = new byte[FIRST_BYTES];
  private int size;

  GrowingBytes(long bytesMax) {
    this.bytesMax = Math.min(bytesMax, Integer.MAX_VALUE - 64);
  }

  void put(int value) {
    reserve(1);
    bytes[size++] = (byte) value;
  }

  void put(byte[] value) {
    reserve(value.length);
    System.arraycopy(value, 0, bytes, size, value.length);
    size += value.length;
  }

  void putLittleEndian(long value, int count) {
    for (int i = 0; i < count; i++) {
      put((int) (value >>> 8 * i));
    }
  }

  void putBigEndian(long value, int count) {
    for (int i = count - 1; i >= 0; i--) {
      put((int) (value >>> 8 * i));
    }
  }

  int size() {
    return size;
  }

  byte[] bytes() {
    return Arrays.copyOf(bytes, size);
  }

  /** The checksum of all bytes. */
  long crc64() {
    return Crc64.of(bytes, 0, size);
  }

  private void reserve(int more) {
    long needed = (long) size + more;
    if (needed > bytesMax) {
      throw new TooLongException(bytesMax);
    }
    if (needed > bytes.length) {
      bytes = Arrays.copyOf(bytes, (int) Math.min(bytesMax, Math.max(needed, 2L * bytes.length)));
    }
  }
}
