package io.pika.node.log;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * The records of one append, encoded as they are made: no object per effect. One thread.
 *
 * <pre>
 * record: | length u32 | table u32 | slot u16 | epoch u64 | index u64 | timeMs u64 | keys u64 | effects... |
 * effect: | op u8 | keyLength u32 | key | then put: valueLength u32 | value |, delete range: toLength u32 | to |
 * </pre>
 *
 * Length counts what follows it. Keys are slot-relative: what follows table and slot in the store. The buffer
 * leaves room for the frame's header in front, so that the log writes it in one piece.
 */
public final class RecordBuffer {
  static final byte PUT = 1;
  static final byte DELETE = 2;
  static final byte DELETE_RANGE = 3;
  static final byte DROP_TABLE = 4;

  /** Stands for all slots of a table in a record that drops it. */
  public static final int WHOLE_TABLE = 0xFFFF;

  static final int LENGTH_BYTES = 4;
  static final int HEADER_BYTES = LENGTH_BYTES + 4 + 2 + 8 + 8 + 8 + 8;
  private static final int KEYS_AT = HEADER_BYTES - 8;
  private static final int FIRST_BYTES = 256;
  private static final int MAX_BYTES = Integer.MAX_VALUE - 64;
  /** A buffer grows by half, so that its bytes are copied a few times only, but by no more: values may be huge. */
  private static final int MOST_SPARE = 32 << 20;
  private static final int NONE = -1;

  /** Made when the first record comes: most batches only read. */
  private ByteBuffer bytes = ByteBuffer.allocate(Frame.HEADER_BYTES).position(Frame.HEADER_BYTES);
  private long expected = FIRST_BYTES;
  private int recordAt = NONE;
  private final CRC32C checksum = new CRC32C();

  /** About so many bytes will come, if any do. */
  public void expect(long recordBytes) {
    expected = Frame.HEADER_BYTES + recordBytes;
  }

  public void clear() {
    bytes.position(Frame.HEADER_BYTES);
    recordAt = NONE;
  }

  public boolean isEmpty() { return bytes.position() == Frame.HEADER_BYTES; }

  /** Bytes of the records so far, without the frame's header. */
  public int size() {
    return bytes.position() - Frame.HEADER_BYTES;
  }

  /** Begins a record; its count of keys comes when it ends. */
  public void begin(int table, int slot, long epoch, long index, long timeMs) {
    if (recordAt != NONE) {
      throw new IllegalStateException("the record before has not ended");
    }
    room(HEADER_BYTES);
    recordAt = bytes.position();
    bytes.putInt(0).putInt(table).putShort((short) slot).putLong(epoch).putLong(index).putLong(timeMs)
        .putLong(0);
  }

  public void put(byte[] key, byte[] value) {
    room(9L + key.length + value.length);
    bytes.put(PUT).putInt(key.length).put(key).putInt(value.length).put(value);
  }

  public void delete(byte[] key) {
    room(5L + key.length);
    bytes.put(DELETE).putInt(key.length).put(key);
  }

  /** Deletes what is at or after {@code from} and before {@code to}. */
  public void deleteRange(byte[] from, byte[] to) {
    room(9L + from.length + to.length);
    bytes.put(DELETE_RANGE).putInt(from.length).put(from).putInt(to.length).put(to);
  }

  /**
   * @param keys count of keys in the slot after this record
   * @return the record's checksum: {@link LogRecord#checksum}
   */
  public int end(long keys) {
    int from = recordAt + LENGTH_BYTES;
    bytes.putInt(recordAt, bytes.position() - from);
    bytes.putLong(recordAt + KEYS_AT, keys);
    recordAt = NONE;
    checksum.reset();
    checksum.update(bytes.array(), from, bytes.position() - from);
    return (int) checksum.getValue();
  }

  /** Takes back the record that has begun and not ended. */
  public void abandon() {
    bytes.position(recordAt);
    recordAt = NONE;
  }

  /** Takes back the newest effects of the record that has begun. @param size what {@link #size} was before them */
  public void truncate(int size) {
    if (recordAt == NONE || size + Frame.HEADER_BYTES < recordAt + HEADER_BYTES) {
      throw new IllegalStateException("only effects of the record that has begun are taken back");
    }
    bytes.position(size + Frame.HEADER_BYTES);
  }

  /** A whole record as another log has it. */
  public void copy(ByteBuffer record) {
    room(record.remaining());
    bytes.put(record);
  }

  public void dropTable(int table, long timeMs) {
    begin(table, WHOLE_TABLE, 0, 0, timeMs);
    room(5);
    bytes.put(DROP_TABLE).putInt(0);
    end(0);
  }

  /** The frame with its header filled in, ready to be written. */
  ByteBuffer frame(byte[] salt, long position, long syncedTo) {
    return Frame.seal(bytes.duplicate().flip(), salt, position, syncedTo);
  }

  private void room(long more) {
    long needed = bytes.position() + more;
    if (needed <= bytes.capacity()) {
      return;
    }
    if (needed > MAX_BYTES) {
      throw new IllegalArgumentException("the effects of a batch are larger than " + MAX_BYTES + " bytes");
    }
    long spare = Math.max(expected, needed + Math.min(needed / 2, MOST_SPARE));
    ByteBuffer grown = ByteBuffer.allocate((int) Math.min(MAX_BYTES, spare));
    bytes = grown.put(bytes.flip());
  }
}
