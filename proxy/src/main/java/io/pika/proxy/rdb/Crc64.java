package io.pika.proxy.rdb;

/**
 * The checksum at the end of a DUMP payload: CRC-64 by Jones, polynomial 0xad93d23594c935a9, bits reflected,
 * starting at zero, nothing added at the end (Redis {@code crc64.c}). Its value for "123456789" is
 * 0xe9c6d914c4b8d9ca.
 */
final class Crc64 {
  private static final long REFLECTED_POLYNOMIAL = Long.reverse(0xad93d23594c935a9L);
  private static final long[] TABLE = table();

  private Crc64() {}

  static long of(byte[] bytes, int offset, int length) {
    return of(0, bytes, offset, length);
  }

  /** Of bytes that go on after others. @param before the checksum of those */
  static long of(long before, byte[] bytes, int offset, int length) {
    long crc = before;
    for (int i = offset; i < offset + length; i++) {
      crc = TABLE[(int) (crc ^ bytes[i]) & 0xff] ^ (crc >>> 8);
    }
    return crc;
  }

  private static long[] table() {
    long[] table = new long[256];
    for (int i = 0; i < 256; i++) {
      long crc = i;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) == 0 ? crc >>> 1 : (crc >>> 1) ^ REFLECTED_POLYNOMIAL;
      }
      table[i] = crc;
    }
    return table;
  }
}
