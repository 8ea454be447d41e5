package io.pika.proxy.rdb;

/**
 * Reads a zipmap, what small hashes were before Redis 2.6.
 *
 * <pre>
 * | pairs u8, 254 and more: not known | length | field | length | unused u8 | value | unused bytes | ... | ff |
 * length: u8 below 254, or fe and u32 LE
 * </pre>
 */
final class Zipmap implements Packed {
  private static final int LONG_LENGTH = 0xfe;
  private static final int END = 0xff;

  private final PackedBytes in;
  private boolean atField = true;

  Zipmap(byte[] bytes) {
    if (bytes.length < 2 || (bytes[bytes.length - 1] & 0xff) != END) {
      throw new DamagedException("no zipmap");
    }
    this.in = new PackedBytes(bytes, 1, bytes.length - 1);
  }

  @Override
  public boolean hasNext() {
    return in.hasNext();
  }

  @Override
  public byte[] next() {
    int told = in.take();
    if (told == END) {
      throw new DamagedException("it ends too early");
    }
    long length = told == LONG_LENGTH ? in.takeLittleEndian(4) : told;
    int unused = atField ? 0 : in.take();
    byte[] item = in.take(length);
    in.take((long) unused);
    atField = !atField;
    return item;
  }
}
