package io.pika.node.copy;

import io.pika.node.store.SlotEntry;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32C;

/**
 * A piece of a slot's contents: entries in the order of their keys.
 *
 * <pre>| last u8 | any times: key bytes u32 | value bytes u32 | key | value |</pre>
 *
 * @param bytes as above
 * @param checksum over them, CRC-32C
 */
public record Chunk(byte[] bytes, int checksum) {
  private static final int ENTRY_BYTES = 8;

  /** One thread. */
  static final class Builder {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteBuffer lengths = ByteBuffer.allocate(ENTRY_BYTES);

    Builder() {
      out.write(0);
    }

    void add(byte[] key, byte[] value) {
      out.writeBytes(lengths.putInt(0, key.length).putInt(Integer.BYTES, value.length).array());
      out.writeBytes(key);
      out.writeBytes(value);
    }

    int size() {
      return out.size();
    }

    Chunk build(boolean last) {
      byte[] bytes = out.toByteArray();
      bytes[0] = (byte) (last ? 1 : 0);
      return new Chunk(bytes, checksum(bytes));
    }
  }

  private static int checksum(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return (int) crc.getValue();
  }

  /** Whether no other comes behind it. */
  public boolean last() {
    return bytes[0] != 0;
  }

  /** @throws CopyException it was changed on the way */
  List<SlotEntry> entries() throws CopyException {
    if (bytes.length == 0 || checksum(bytes) != checksum) {
      throw new CopyException("a piece was changed on the way");
    }
    List<SlotEntry> entries = new ArrayList<>();
    ByteBuffer in = ByteBuffer.wrap(bytes, 1, bytes.length - 1);
    while (in.hasRemaining()) {
      byte[] key = new byte[in.getInt()];
      byte[] value = new byte[in.getInt()];
      in.get(key).get(value);
      entries.add(new SlotEntry(key, value));
    }
    return entries;
  }
}
