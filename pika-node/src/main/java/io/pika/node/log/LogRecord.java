package io.pika.node.log;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * One command's or transaction's effects on one slot, as recovery reads them. See {@link RecordBuffer} for the
 * bytes.
 *
 * @param slot {@link RecordBuffer#WHOLE_TABLE} in a record that drops the table
 * @param keys count of keys in the slot after it
 * @param checksum over all of its bytes but the length
 */
public record LogRecord(int table, int slot, long epoch, long index, long timeMs, long keys,
    int checksum, List<Effect> effects) {

  /** Absolute and idempotent; keys are slot-relative. */
  public sealed interface Effect {}

  public record Put(byte[] key, byte[] value) implements Effect {}

  public record Delete(byte[] key) implements Effect {}

  public record DeleteRange(byte[] from, byte[] to) implements Effect {}

  public record DropTable() implements Effect {}

  public LogRecord {
    effects = List.copyOf(effects);
  }

  public boolean dropsTable() {
    return slot == RecordBuffer.WHOLE_TABLE;
  }

  /** Reads the record at the buffer's position. Bytes that passed the checksum and make no sense are a bug. */
  public static LogRecord decode(ByteBuffer in) {
    try {
      int length = in.getInt();
      int end = in.position() + length;
      CRC32C crc = new CRC32C();
      crc.update(in.slice(in.position(), length));
      int table = in.getInt();
      int slot = Short.toUnsignedInt(in.getShort());
      long epoch = in.getLong();
      long index = in.getLong();
      long timeMs = in.getLong();
      long keys = in.getLong();
      List<Effect> effects = new ArrayList<>();
      while (in.position() < end) {
        effects.add(decodeEffect(in));
      }
      return new LogRecord(table, slot, epoch, index, timeMs, keys, (int) crc.getValue(), effects);
    } catch (BufferUnderflowException e) {
      throw new IllegalStateException("a record of the log is shorter than it says", e);
    }
  }

  private static Effect decodeEffect(ByteBuffer in) {
    byte op = in.get();
    byte[] key = bytes(in);
    return switch (op) {
      case RecordBuffer.PUT -> new Put(key, bytes(in));
      case RecordBuffer.DELETE -> new Delete(key);
      case RecordBuffer.DELETE_RANGE -> new DeleteRange(key, bytes(in));
      case RecordBuffer.DROP_TABLE -> new DropTable();
      default -> throw new IllegalStateException("a record of the log has an effect of unknown kind " + op);
    };
  }

  private static byte[] bytes(ByteBuffer in) {
    byte[] bytes = new byte[in.getInt()];
    in.get(bytes);
    return bytes;
  }
}
