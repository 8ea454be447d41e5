package io.pika.proxy.rdb;

import io.pika.proxy.protocol.Numbers;

/** Reads what {@link ListpackWriter} writes; every length is checked. */
final class Listpack implements Packed {
  private final PackedBytes in;

  Listpack(byte[] bytes) {
    PackedBytes head = new PackedBytes(bytes, 0, bytes.length);
    long total = head.takeLittleEndian(4);
    head.takeLittleEndian(2);
    if (total != bytes.length || bytes.length <= ListpackWriter.HEAD_BYTES
        || (bytes[bytes.length - 1] & 0xff) != ListpackWriter.END) {
      throw new DamagedException("no listpack");
    }
    this.in = new PackedBytes(bytes, ListpackWriter.HEAD_BYTES, bytes.length - 1);
  }

  @Override
  public boolean hasNext() {
    return in.hasNext();
  }

  @Override
  public byte[] next() {
    int start = in.at();
    int first = in.take();
    byte[] item = isString(first) ? in.take(stringLength(first)) : Numbers.format(number(first));
    skipLength(in.at() - start);
    return item;
  }

  /** The next item, which must be a number. */
  long nextLong() {
    int start = in.at();
    int first = in.take();
    if (isString(first)) {
      throw new DamagedException("a text in place of a number");
    }
    long number = number(first);
    skipLength(in.at() - start);
    return number;
  }

  private static boolean isString(int first) {
    return (first & 0xc0) == 0x80 || (first & 0xf0) == 0xe0 || first == 0xf0;
  }

  private long stringLength(int first) {
    if ((first & 0xc0) == 0x80) {
      return first & 0x3f;
    }
    return (first & 0xf0) == 0xe0 ? (long) (first & 0x0f) << 8 | in.take() : in.takeLittleEndian(4);
  }

  private long number(int first) {
    if (first < 0x80) {
      return first;
    }
    if ((first & 0xe0) == 0xc0) {
      int thirteen = (first & 0x1f) << 8 | in.take();
      return thirteen << 19 >> 19;
    }
    return switch (first) {
      case 0xf1 -> in.takeSigned(2);
      case 0xf2 -> in.takeSigned(3);
      case 0xf3 -> in.takeSigned(4);
      case 0xf4 -> in.takeSigned(8);
      default -> throw new DamagedException("no item of a listpack");
    };
  }

  private void skipLength(int length) {
    int groups = ListpackWriter.lengthBytes(length);
    long told = 0;
    for (int i = 0; i < groups; i++) {
      int group = in.take();
      if (group >> 7 != (i == 0 ? 0 : 1)) {
        throw new DamagedException("no length of an item");
      }
      told = told << 7 | group & 0x7f;
    }
    if (told != length) {
      throw new DamagedException("no length of an item");
    }
  }
}
