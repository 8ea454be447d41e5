package io.pika.proxy.rdb;

import io.pika.proxy.protocol.Numbers;

/**
 * Reads a ziplist, what Redis packed small collections into before version 7.
 *
 * <pre>
 * | total bytes u32 LE | place of the last item u32 LE | items u16 LE, 65535: not known | item ... | ff |
 * item: | bytes of the item before u8, or fe and u32 LE | content |
 * content: | 00LLLLLL | bytes | , | 01LLLLLL | L | bytes | , | 80 | u32 BE | bytes |
 *        | | c0 | i16 LE | , | d0 | i32 LE | , | e0 | i64 LE | , | f0 | i24 LE | , | fe | i8 | , | f1 to fd: 0 to 12 |
 * </pre>
 */
final class Ziplist implements Packed {
  private static final int HEAD_BYTES = 10;
  private static final int END = 0xff;
  private static final int LONG_LENGTH = 0xfe;

  private final PackedBytes in;
  private int before;

  Ziplist(byte[] bytes) {
    PackedBytes head = new PackedBytes(bytes, 0, bytes.length);
    long total = head.takeLittleEndian(4);
    if (total != bytes.length || bytes.length <= HEAD_BYTES || (bytes[bytes.length - 1] & 0xff) != END) {
      throw new DamagedException("no ziplist");
    }
    this.in = new PackedBytes(bytes, HEAD_BYTES, bytes.length - 1);
  }

  @Override
  public boolean hasNext() {
    return in.hasNext();
  }

  @Override
  public byte[] next() {
    int start = in.at();
    int told = in.take();
    if ((told == LONG_LENGTH ? in.takeLittleEndian(4) : told) != before) {
      throw new DamagedException("no length of the item before");
    }
    int first = in.take();
    byte[] item = switch (first >> 6) {
      case 0 -> in.take(first & 0x3f);
      case 1 -> in.take((first & 0x3f) << 8 | in.take());
      case 2 -> longString(first);
      default -> Numbers.format(number(first));
    };
    before = in.at() - start;
    return item;
  }

  private byte[] longString(int first) {
    if (first != 0x80) {
      throw new DamagedException("no item of a ziplist");
    }
    return in.take(Integer.reverseBytes((int) in.takeLittleEndian(4)) & 0xffffffffL);
  }

  private long number(int first) {
    return switch (first) {
      case 0xc0 -> in.takeSigned(2);
      case 0xd0 -> in.takeSigned(4);
      case 0xe0 -> in.takeSigned(8);
      case 0xf0 -> in.takeSigned(3);
      case 0xfe -> in.takeSigned(1);
      default -> {
        if (first < 0xf1 || first > 0xfd) {
          throw new DamagedException("no item of a ziplist");
        }
        yield first - 0xf1;
      }
    };
  }
}
