package io.pika.node.lua;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** A string of bytes. Nobody changes the array. */
public final class LuaString implements Comparable<LuaString> {
  public static final LuaString EMPTY = new LuaString(new byte[0]);
  private static final LuaString[] BYTES = new LuaString[256];

  static {
    for (int i = 0; i < BYTES.length; i++) {
      BYTES[i] = new LuaString(new byte[]{(byte) i});
    }
  }

  private final byte[] bytes;
  /** 0: not known yet. */
  private int hash;

  private LuaString(byte[] bytes) {
    this.bytes = bytes;
  }

  public static LuaString of(byte[] bytes) {
    return switch (bytes.length) {
      case 0 -> EMPTY;
      case 1 -> BYTES[bytes[0] & 0xff];
      default -> new LuaString(bytes);
    };
  }

  public static LuaString of(byte[] bytes, int from, int to) {
    return from == 0 && to == bytes.length ? of(bytes) : of(Arrays.copyOfRange(bytes, from, to));
  }

  /** Each character is a byte. */
  public static LuaString of(String text) {
    return of(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  public byte[] bytes() {
    return bytes;
  }

  public int length() {
    return bytes.length;
  }

  public int at(int index) {
    return bytes[index] & 0xff;
  }

  /** As C compares in the C locale: by bytes. */
  @Override
  public int compareTo(LuaString other) {
    return Arrays.compareUnsigned(bytes, other.bytes);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return this == other || other instanceof LuaString string && hashCode() == string.hashCode()
        && Arrays.equals(bytes, string.bytes);
  }

  /** The hash of Redis' lstring.c, of all bytes: the order in which tables are walked hangs on it. */
  @Override
  public int hashCode() {
    if (hash == 0) {
      int h = bytes.length;
      for (int i = bytes.length; i >= 1; i--) {
        h ^= (h << 5) + (h >>> 2) + (bytes[i - 1] & 0xff);
      }
      hash = h;
    }
    return hash;
  }

  /** Each byte is a character. */
  @Override
  public String toString() {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
