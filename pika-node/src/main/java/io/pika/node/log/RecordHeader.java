package io.pika.node.log;

import io.pika.node.history.Position;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * What stands before a record's effects, read without them.
 *
 * @param bytes of the whole record, with its length
 */
public record RecordHeader(int bytes, int table, int slot, Position position) {

  /** Of the record at the buffer's position, which stays. */
  public static RecordHeader peek(ByteBuffer in) {
    int at = in.position();
    return new RecordHeader(RecordBuffer.LENGTH_BYTES + in.getInt(at), in.getInt(at + 4),
        Short.toUnsignedInt(in.getShort(at + 8)), new Position(in.getLong(at + 10), in.getLong(at + 18)));
  }

  public boolean dropsTable() {
    return slot == RecordBuffer.WHOLE_TABLE;
  }

  /** {@link LogRecord#checksum} of the record at the buffer's position, which stays. */
  public int checksum(ByteBuffer in) {
    CRC32C crc = new CRC32C();
    crc.update(in.slice(in.position() + RecordBuffer.LENGTH_BYTES, bytes - RecordBuffer.LENGTH_BYTES));
    return (int) crc.getValue();
  }
}
