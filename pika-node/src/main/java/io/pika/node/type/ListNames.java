package io.pika.node.type;

import io.pika.node.store.ElementWalk;
import io.pika.node.store.Elements;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * The names under which lists keep what they have.
 *
 * <pre>
 * element:         | place u64 |, the first bit is 0
 * block of places: | 0x80 | level u8 | block u64 |, see PlaceCounts
 * </pre>
 */
final class ListNames {
  /** Behind all elements. */
  static final byte[] ELEMENTS_TO = {(byte) 0x80};

  /** Behind all blocks. */
  static final byte[] BLOCKS_TO = {(byte) 0x81};

  private static final byte BLOCK = (byte) 0x80;

  /** The most that are deleted one by one where a deleted range would do: each range costs every later read. */
  static final int FEW = 128;

  private ListNames() {}

  static byte[] element(long place) {
    return ByteBuffer.allocate(8).putLong(place).array();
  }

  static long placeOf(byte[] element) {
    return ByteBuffer.wrap(element).getLong();
  }

  static byte[] block(int level, long block) {
    return ByteBuffer.allocate(10).put(BLOCK).put((byte) level).putLong(block).array();
  }

  static long blockOf(byte[] name) {
    return ByteBuffer.wrap(name).getLong(2);
  }

  /** Deletes what there is between two names. @param to exclusive */
  static void delete(Elements elements, byte[] from, byte[] to) {
    List<byte[]> names = new ArrayList<>();
    try (ElementWalk walk = elements.walk(from, to)) {
      while (names.size() <= FEW && walk.next()) {
        names.add(walk.name());
      }
    }
    if (names.size() > FEW) {
      elements.deleteRange(from, to);
    } else {
      names.forEach(elements::delete);
    }
  }
}
