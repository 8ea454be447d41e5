package io.pika.proxy.routing;

/**
 * The slot of a key, as Redis Cluster computes it (cluster specification, "Hash tags"): CRC16/XMODEM of what is between
 * the first '{' and the first '}' after it if that is not empty, else of the whole key. Taken modulo the table's slot
 * count, which is a power of two, so that slot i of n splits into i and i + n when the count is doubled.
 */
public final class SlotHash {
  /** Polynomial 0x1021, initial value 0, nothing reflected. */
  private static final char[] CRC16 = crc16Table();
  /** What a byte does to the checksum when one more, two more, three more follow: four bytes go in one step. */
  private static final char[] CRC16_1 = shifted(CRC16);
  private static final char[] CRC16_2 = shifted(CRC16_1);
  private static final char[] CRC16_3 = shifted(CRC16_2);

  private SlotHash() {}

  /**
   * The slot of a key. A hot path: no allocation.
   *
   * @param slots a power of two, 1 to 16384
   */
  public static int slot(byte[] key, int slots) {
    int from = 0;
    int to = key.length;
    int open = indexOf(key, '{', 0);
    if (open >= 0) {
      int close = indexOf(key, '}', open + 1);
      if (close > open + 1) {
        from = open + 1;
        to = close;
      }
    }
    return crc16(key, from, to) & (slots - 1);
  }

  private static int indexOf(byte[] key, char wanted, int from) {
    for (int i = from; i < key.length; i++) {
      if (key[i] == wanted) {
        return i;
      }
    }
    return -1;
  }

  private static int crc16(byte[] bytes, int from, int to) {
    int crc = 0;
    int at = from;
    for (; at + 4 <= to; at += 4) {
      crc = CRC16_3[((crc >>> 8) ^ bytes[at]) & 0xff] ^ CRC16_2[(crc ^ bytes[at + 1]) & 0xff]
          ^ CRC16_1[bytes[at + 2] & 0xff] ^ CRC16[bytes[at + 3] & 0xff];
    }
    for (int i = at; i < to; i++) {
      crc = ((crc << 8) & 0xffff) ^ CRC16[((crc >>> 8) ^ bytes[i]) & 0xff];
    }
    return crc;
  }

  private static char[] shifted(char[] table) {
    char[] shifted = new char[table.length];
    for (int i = 0; i < table.length; i++) {
      shifted[i] = (char) (table[i] << 8 ^ CRC16[table[i] >>> 8]);
    }
    return shifted;
  }

  private static char[] crc16Table() {
    char[] table = new char[256];
    for (int i = 0; i < table.length; i++) {
      int crc = i << 8;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 0x8000) != 0 ? (crc << 1) ^ 0x1021 : crc << 1;
      }
      table[i] = (char) crc;
    }
    return table;
  }
}
