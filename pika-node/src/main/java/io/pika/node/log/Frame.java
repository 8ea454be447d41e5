package io.pika.node.log;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * One append: a group of records under one checksum.
 *
 * <pre>| magic u32 | crc32c u32 | length u32 | position u64 | syncedTo u64 | records, length bytes |</pre>
 *
 * Position is the frame's first byte in the whole log; syncedTo is how far the log was known to be on the disk
 * when the frame was written, which later tells a torn tail from damage. The checksum covers the store's id and
 * everything after itself: no value of a client, and no frame of another store, passes for a frame.
 */
final class Frame {
  static final int MAGIC = 0x50694B46;
  static final int HEADER_BYTES = 4 + 4 + 4 + 8 + 8;
  static final int LENGTH_AT = 8;
  static final int POSITION_AT = 12;
  static final int SYNCED_AT = 20;

  private Frame() {}

  /** Fills in the header of a buffer that has room for it in front of the records. */
  static ByteBuffer seal(ByteBuffer frame, byte[] salt, long position, long syncedTo) {
    int size = frame.limit();
    frame.putInt(0, MAGIC).putInt(LENGTH_AT, size - HEADER_BYTES).putLong(POSITION_AT, position)
        .putLong(SYNCED_AT, syncedTo);
    return frame.putInt(4, checksum(salt, frame.slice(LENGTH_AT, size - LENGTH_AT)));
  }

  static int checksum(byte[] salt, ByteBuffer content) {
    CRC32C crc = new CRC32C();
    crc.update(salt);
    crc.update(content);
    return (int) crc.getValue();
  }
}
