package io.pika.node.type;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** MurmurHash2 by Austin Appleby, 64 bits, variant A, the bytes read as little endian numbers. */
final class MurmurHash64 {
  private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class,
      ByteOrder.LITTLE_ENDIAN);
  private static final long FACTOR = 0xc6a4a7935bd1e995L;
  private static final int SHIFT = 47;

  private MurmurHash64() {}

  static long of(byte[] bytes, long seed) {
    long hash = seed ^ bytes.length * FACTOR;
    int at = 0;
    for (; at + Long.BYTES <= bytes.length; at += Long.BYTES) {
      long part = (long) LONG.get(bytes, at) * FACTOR;
      hash = (hash ^ (part ^ part >>> SHIFT) * FACTOR) * FACTOR;
    }
    if (at < bytes.length) {
      long rest = 0;
      for (int i = bytes.length - 1; i >= at; i--) {
        rest = rest << 8 | bytes[i] & 0xff;
      }
      hash = (hash ^ rest) * FACTOR;
    }
    hash = (hash ^ hash >>> SHIFT) * FACTOR;
    return hash ^ hash >>> SHIFT;
  }
}
