package io.pika.proxy.rdb;

import java.util.Arrays;

/** A place in a packed form that moves forward; leaving the bytes is damage. */
final class PackedBytes {
  private final byte[] bytes;
  private final int end;
  private int at;

  /** @param end behind the last byte that items may have */
  PackedBytes(byte[] bytes, int at, int end) {
    if (at > end || end > bytes.length) {
      throw new DamagedException("too short");
    }
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  int at() {
    return at;
  }

  boolean hasNext() {
    return at < end;
  }

  /** The next byte, which stays the next. */
  int peek() {
    if (at >= end) {
      throw new DamagedException("an item ends too late");
    }
    return bytes[at] & 0xff;
  }

  int take() {
    int next = peek();
    at++;
    return next;
  }

  byte[] take(long count) {
    if (count < 0 || count > end - at) {
      throw new DamagedException("an item ends too late");
    }
    at += (int) count;
    return Arrays.copyOfRange(bytes, at - (int) count, at);
  }

  /** A number of up to eight bytes, the lowest first, without a sign unless there are eight. */
  long takeLittleEndian(int count) {
    long value = 0;
    for (int i = 0; i < count; i++) {
      value |= (long) take() << 8 * i;
    }
    return value;
  }

  /** A number in two's complement, the lowest byte first. */
  long takeSigned(int count) {
    int unused = Long.SIZE - 8 * count;
    return takeLittleEndian(count) << unused >> unused;
  }
}
