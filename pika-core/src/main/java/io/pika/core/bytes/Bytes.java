package io.pika.core.bytes;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * An immutable string of bytes that compares by content: unsigned, shorter first. Arrays in records compare by
 * identity, so values that hold keys hold this type.
 */
public final class Bytes implements Comparable<Bytes> {
  public static final Bytes EMPTY = new Bytes(new byte[0]);

  private final byte[] content;
  private int hash;

  private Bytes(byte[] content) {
    this.content = content;
  }

  /** Wraps without copying: the caller gives the array away and never changes it again. */
  public static Bytes of(byte[] content) {
    return content.length == 0 ? EMPTY : new Bytes(content);
  }

  /** The UTF-8 bytes of a text. */
  public static Bytes of(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The array itself, not a copy: read only. */
  public byte[] array() {
    return content;
  }

  public int size() {
    return content.length;
  }

  /** The content as UTF-8 text; malformed bytes become replacement characters. For people, not for keys. */
  public String utf8() {
    return new String(content, StandardCharsets.UTF_8);
  }

  @Override
  public int compareTo(Bytes other) {
    return Arrays.compareUnsigned(content, other.content);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Bytes bytes && Arrays.equals(content, bytes.content);
  }

  @Override
  public int hashCode() {
    if (hash == 0) {
      hash = Arrays.hashCode(content);
    }
    return hash;
  }

  @Override
  public String toString() {
    return utf8();
  }
}
