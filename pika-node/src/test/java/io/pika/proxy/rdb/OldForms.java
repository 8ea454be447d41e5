package io.pika.proxy.rdb;

import io.pika.core.bytes.Bytes;
import io.pika.proxy.protocol.Numbers;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Writes the forms that Redis wrote before version 7 and reads until today. */
public final class OldForms {
  private final Random random;

  public OldForms(Random random) {
    this.random = random;
  }

  /** A payload of a type and a value as they are, whatever they are. */
  public static byte[] sealed(byte[] body) {
    ByteBuffer out = ByteBuffer.allocate(body.length + 10).order(ByteOrder.LITTLE_ENDIAN);
    out.put(body).putShort((short) 10);
    out.putLong(Crc64.of(out.array(), 0, body.length + 2));
    return out.array();
  }

  /** A payload in any form with a few bytes changed, or cut, and a right checksum. */
  public byte[] damaged() {
    byte[] payload = payload(RdbType.values()[random.nextInt(RdbType.values().length)]);
    byte[] body = Arrays.copyOf(payload, payload.length - 10);
    if (random.nextInt(5) == 0) {
      body = Arrays.copyOf(body, random.nextInt(body.length) + 1);
    }
    for (int i = random.nextInt(4); i >= 0; i--) {
      int place = random.nextInt(random.nextBoolean() ? body.length : Math.min(body.length, 30));
      body[place] = (byte) switch (random.nextInt(4)) {
        case 0 -> 0xff;
        case 1 -> 0x80 + random.nextInt(3);
        case 2 -> body[place] ^ 1 << random.nextInt(8);
        default -> random.nextInt();
      };
    }
    return sealed(body);
  }

  /** A payload of some value in a form. */
  byte[] payload(RdbType type) {
    RdbWriter out = new RdbWriter(1 << 24);
    out.putType(type);
    List<byte[]> items = distinct(1 + random.nextInt(30));
    switch (type) {
      case STRING -> out.putString(items.getFirst());
      case LIST, SET -> putAll(out, items, items.size());
      case HASH -> putAll(out, pairs(items), items.size());
      case ZSET -> putScored(out, items);
      case ZSET_2 -> {
        out.putLength(items.size());
        for (byte[] item : items) {
          out.putString(item);
          out.putLittleEndian(Double.doubleToLongBits(random.nextGaussian()), 8);
        }
      }
      case HASH_ZIPMAP -> out.putString(zipmap(pairs(items)));
      case LIST_ZIPLIST -> out.putString(ziplist(items));
      case HASH_ZIPLIST -> out.putString(ziplist(pairs(items)));
      case ZSET_ZIPLIST -> out.putString(ziplist(ascending(items)));
      case LIST_QUICKLIST -> {
        out.putLength(2);
        out.putString(ziplist(items));
        out.putString(ziplist(distinct(3)));
      }
      case SET_INTSET -> out.putString(intset(1 + random.nextInt(20)));
      case HASH_LISTPACK -> out.putString(listpack(pairs(items)));
      case ZSET_LISTPACK -> out.putString(listpack(ascending(items)));
      case LIST_QUICKLIST_2 -> {
        out.putLength(2);
        out.putLength(1);
        out.putString(items.getFirst());
        out.putLength(2);
        out.putString(listpack(items));
      }
      case STREAM_LISTPACKS, STREAM_LISTPACKS_2 -> putStream(out, type);
    }
    return Payload.of(out);
  }

  private void putAll(RdbWriter out, List<byte[]> items, int count) {
    out.putLength(count);
    items.forEach(out::putString);
  }

  private void putScored(RdbWriter out, List<byte[]> members) {
    out.putLength(members.size());
    for (byte[] member : members) {
      out.putString(member);
      int kind = random.nextInt(4);
      if (kind > 1) {
        out.put(kind == 2 ? 0xfe : 0xff);
      } else {
        byte[] text = bytes(Double.toString(random.nextInt(1000) / 4.0));
        out.put(text.length);
        out.putAll(text);
      }
    }
  }

  private void putStream(RdbWriter out, RdbType type) {
    out.putLength(1);
    out.putString(ByteBuffer.allocate(16).putLong(5).putLong(1).array());
    ListpackWriter pack = new ListpackWriter(1 << 20);
    for (long number : new long[]{2, 1, 1}) {
      pack.add(number);
    }
    pack.add(bytes("field"));
    pack.add(0);
    for (int i = 0; i < 3; i++) {
      pack.add(i == 1 ? 3 : 2);
      pack.add(i);
      pack.add(0);
      pack.add(item());
      pack.add(4);
    }
    out.putString(pack.finish());
    for (long number : new long[]{2, 9, 9}) {
      out.putLength(number);
    }
    if (type == RdbType.STREAM_LISTPACKS_2) {
      for (long number : new long[]{5, 1, 6, 1, 3}) {
        out.putLength(number);
      }
    }
    out.putLength(1);
    out.putString(bytes("group"));
    out.putLength(random.nextInt(3) * 4 + 1);
    out.putLength(random.nextInt(3));
    if (type == RdbType.STREAM_LISTPACKS_2) {
      out.putLength(-1);
    }
    out.putLength(1);
    out.putAll(ByteBuffer.allocate(16).putLong(5).putLong(1).array());
    out.putLittleEndian(1_700_000_000_000L, 8);
    out.putLength(3);
    out.putLength(1);
    out.putString(bytes("consumer"));
    out.putLittleEndian(1_700_000_000_001L, 8);
    out.putLength(1);
    out.putAll(ByteBuffer.allocate(16).putLong(5).putLong(1).array());
  }

  private List<byte[]> pairs(List<byte[]> fields) {
    List<byte[]> pairs = new ArrayList<>();
    for (byte[] field : fields) {
      pairs.add(field);
      pairs.add(item());
    }
    return pairs;
  }

  private static List<byte[]> ascending(List<byte[]> members) {
    List<byte[]> items = new ArrayList<>();
    for (int i = 0; i < members.size(); i++) {
      items.add(members.get(i));
      items.add(bytes(i % 2 == 0 ? Integer.toString(i) : i + ".5"));
    }
    return items;
  }

  private static byte[] listpack(List<byte[]> items) {
    ListpackWriter pack = new ListpackWriter(1 << 20);
    items.forEach(pack::add);
    return pack.finish();
  }

  private byte[] intset(int count) {
    int width = 2 << random.nextInt(3);
    ByteBuffer out = ByteBuffer.allocate(8 + count * width).order(ByteOrder.LITTLE_ENDIAN).putInt(width)
        .putInt(count);
    long first = width == 2 ? -30_000 : width == 4 ? -2_000_000_000L : Long.MIN_VALUE;
    for (int i = 0; i < count; i++) {
      long number = first + i * 1000L;
      switch (width) {
        case 2 -> out.putShort((short) number);
        case 4 -> out.putInt((int) number);
        default -> out.putLong(number);
      }
    }
    return out.array();
  }

  private byte[] zipmap(List<byte[]> pairs) {
    GrowingBytes out = new GrowingBytes(1 << 20);
    out.put(pairs.size() / 2);
    for (int i = 0; i < pairs.size(); i++) {
      byte[] item = pairs.get(i);
      int unused = i % 2 == 1 ? random.nextInt(4) : 0;
      if (item.length < 254) {
        out.put(item.length);
      } else {
        out.put(254);
        out.putLittleEndian(item.length, 4);
      }
      if (i % 2 == 1) {
        out.put(unused);
      }
      out.put(item);
      out.put(new byte[unused]);
    }
    out.put(0xff);
    return out.bytes();
  }

  private static byte[] ziplist(List<byte[]> items) {
    GrowingBytes out = new GrowingBytes(1 << 20);
    int before = 0;
    int last = 10;
    for (byte[] item : items) {
      last = out.size() + 10;
      int start = out.size();
      if (before < 254) {
        out.put(before);
      } else {
        out.put(254);
        out.putLittleEndian(before, 4);
      }
      putZiplistItem(out, item);
      before = out.size() - start;
    }
    byte[] body = out.bytes();
    return ByteBuffer.allocate(body.length + 11).order(ByteOrder.LITTLE_ENDIAN).putInt(body.length + 11)
        .putInt(last)
        .putShort((short) items.size()).put(body).put((byte) 0xff).array();
  }

  private static void putZiplistItem(GrowingBytes out, byte[] item) {
    if (Numbers.isLong(item)) {
      long number = Numbers.parseLong(item);
      if (number >= 0 && number <= 12) {
        out.put(0xf1 + (int) number);
      } else if (number == (byte) number) {
        out.put(0xfe);
        out.putLittleEndian(number, 1);
      } else if (number == (short) number) {
        out.put(0xc0);
        out.putLittleEndian(number, 2);
      } else if (number >= -(1 << 23) && number < 1 << 23) {
        out.put(0xf0);
        out.putLittleEndian(number, 3);
      } else {
        out.put(number == (int) number ? 0xd0 : 0xe0);
        out.putLittleEndian(number, number == (int) number ? 4 : 8);
      }
      return;
    }
    if (item.length < 64) {
      out.put(item.length);
    } else if (item.length < 16_384) {
      out.put(0x40 | item.length >> 8);
      out.put(item.length);
    } else {
      out.put(0x80);
      out.putBigEndian(item.length, 4);
    }
    out.put(item);
  }

  private List<byte[]> distinct(int count) {
    List<byte[]> items = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      items.add(switch (random.nextInt(4)) {
        case 0 -> bytes(Long.toString((random.nextLong() >> random.nextInt(64)) / 64 * 64 + i));
        case 1 -> bytes("x".repeat(random.nextInt(300)) + i);
        default -> bytes("item " + i);
      });
    }
    return items.stream().map(Bytes::of).distinct().map(Bytes::array).toList();
  }

  private byte[] item() {
    return switch (random.nextInt(5)) {
      case 0 -> bytes("v".repeat(random.nextInt(30) == 0 ? 20_000 : random.nextInt(300)));
      case 1 -> bytes(Integer.toString(random.nextInt(16)));
      default -> bytes(Long.toString(random.nextLong() >> random.nextInt(64)));
    };
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
