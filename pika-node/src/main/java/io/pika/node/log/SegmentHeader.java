package io.pika.node.log;

import java.nio.ByteBuffer;
import java.util.UUID;
import java.util.zip.CRC32C;

/**
 * The begin of a segment file.
 *
 * <pre>| "PIKANLOG" | formatVersion u32 | storeId 16 | startPosition u64 | crc32c u32 |</pre>
 */
record SegmentHeader(int formatVersion, UUID storeId, long startPosition) {
  static final int FORMAT_VERSION = 1;
  static final int BYTES = 8 + 4 + 16 + 8 + 4;
  static final String SUFFIX = ".log";

  private static final long MAGIC = 0x50494B414E4C4F47L;
  private static final int NAME_DIGITS = 16;

  ByteBuffer encode() {
    ByteBuffer out = ByteBuffer.allocate(BYTES).putLong(MAGIC).putInt(formatVersion)
        .putLong(storeId.getMostSignificantBits()).putLong(storeId.getLeastSignificantBits())
        .putLong(startPosition);
    return out.putInt(checksum(out)).flip();
  }

  /** Whether the bytes are a header, of whatever version. */
  static boolean isWhole(ByteBuffer bytes) {
    return bytes.limit() >= BYTES && bytes.getLong(0) == MAGIC && bytes.getInt(BYTES - 4) == checksum(bytes);
  }

  static SegmentHeader decode(ByteBuffer bytes) {
    return new SegmentHeader(bytes.getInt(8), new UUID(bytes.getLong(12), bytes.getLong(20)),
        bytes.getLong(28));
  }

  private static int checksum(ByteBuffer bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes.array(), 0, BYTES - 4);
    return (int) crc.getValue();
  }

  static String fileName(long startPosition) {
    return String.format("%016x", startPosition) + SUFFIX;
  }

  static boolean isFileName(String name) {
    return name.matches("[0-9a-f]{" + NAME_DIGITS + "}\\" + SUFFIX);
  }

  static long startOf(String fileName) {
    return Long.parseUnsignedLong(fileName, 0, NAME_DIGITS, 16);
  }

  static byte[] salt(UUID storeId) {
    return ByteBuffer.allocate(16).putLong(storeId.getMostSignificantBits())
        .putLong(storeId.getLeastSignificantBits()).array();
  }
}
