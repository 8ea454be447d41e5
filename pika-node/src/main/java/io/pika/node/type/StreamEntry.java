package io.pika.node.type;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One entry of a stream. Its fields are stored as strings one after the other:
 *
 * <pre>| length, 7 bits a byte, lowest first | bytes | ...</pre>
 *
 * @param fields names and values in turn; null: pending for a consumer, but deleted from the stream
 */
public record StreamEntry(StreamId id, @Nullable List<byte[]> fields) {
  private static final int MORE = 0x80;

  static byte[] encode(List<byte[]> fields) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] field : fields) {
      int rest = field.length;
      while (rest >= MORE) {
        out.write(rest & MORE - 1 | MORE);
        rest >>>= 7;
      }
      out.write(rest);
      out.writeBytes(field);
    }
    return out.toByteArray();
  }

  static List<byte[]> decode(byte[] bytes) {
    List<byte[]> fields = new ArrayList<>();
    int at = 0;
    while (at < bytes.length) {
      int length = 0;
      int shift = 0;
      byte part;
      do {
        part = bytes[at++];
        length |= (part & MORE - 1) << shift;
        shift += 7;
      } while (part < 0);
      fields.add(Arrays.copyOfRange(bytes, at, at + length));
      at += length;
    }
    return fields;
  }
}
