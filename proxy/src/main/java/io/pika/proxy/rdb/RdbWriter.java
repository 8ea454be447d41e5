package io.pika.proxy.rdb;

import io.pika.proxy.protocol.Numbers;

/** Writes the primitives of the RDB format, see {@link RdbReader}, into memory that grows to a limit. */
public final class RdbWriter {
  /** Longest decimal form of a 32 bit number. */
  private static final int INT_DIGITS_MAX = 11;
  /** Shorter strings cannot shrink. */
  private static final int COMPRESS_FROM_BYTES = 21;

  private final GrowingBytes out;

  /** @param bytesMax more than this is refused with {@link TooLongException} */
  public RdbWriter(long bytesMax) {
    this.out = new GrowingBytes(bytesMax);
  }

  void put(int value) {
    out.put(value);
  }

  /** Bytes in the format already. */
  void putAll(byte[] bytes) {
    out.put(bytes);
  }

  void putType(RdbType type) {
    out.put(type.code());
  }

  /** @param length an unsigned number of 64 bits */
  void putLength(long length) {
    if (length >= 0 && length < 1 << 6) {
      out.put((int) length);
    } else if (length >= 0 && length < 1 << 14) {
      out.put(0x40 | (int) (length >> 8));
      out.put((int) length);
    } else if (length >>> 32 == 0) {
      out.put(0x80);
      out.putBigEndian(length, 4);
    } else {
      out.put(0x81);
      out.putBigEndian(length, 8);
    }
  }

  void putString(byte[] value) {
    if (!putNumber(value) && !putCompressed(value)) {
      putLength(value.length);
      out.put(value);
    }
  }

  void putLittleEndian(long value, int count) {
    out.putLittleEndian(value, count);
  }

  /** The checksum of all that was written. */
  long crc64() {
    return out.crc64();
  }

  byte[] bytes() {
    return out.bytes();
  }

  private boolean putNumber(byte[] value) {
    if (value.length > INT_DIGITS_MAX || !Numbers.isLong(value)) {
      return false;
    }
    long number = Numbers.parseLong(value);
    if (number != (int) number) {
      return false;
    }
    int size = number == (byte) number ? 1 : number == (short) number ? 2 : 4;
    out.put(size == 1 ? RdbReader.INT8 : size == 2 ? RdbReader.INT16 : RdbReader.INT32);
    out.putLittleEndian(number, size);
    return true;
  }

  private boolean putCompressed(byte[] value) {
    byte[] small = value.length < COMPRESS_FROM_BYTES ? null : Lzf.compress(value, value.length - 4);
    if (small == null) {
      return false;
    }
    out.put(RdbReader.COMPRESSED);
    putLength(small.length);
    putLength(value.length);
    out.put(small);
    return true;
  }
}
