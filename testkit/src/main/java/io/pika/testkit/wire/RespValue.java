package io.pika.testkit.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/**
 * One reply, RESP2 or RESP3, as the protocol has it (redis.io/docs/reference/protocol-spec). Values compare by
 * content; {@code toString} is what redis-cli would print, near enough for the message of a failed test.
 */
public sealed interface RespValue {
  RespValue OK = new Simple("OK");

  static RespValue bulk(String text) {
    return new Bulk(text.getBytes(StandardCharsets.UTF_8));
  }

  /** The text of a simple string, a bulk string or an error. */
  default String text() {
    return switch (this) {
      case Simple(String text) -> text;
      case Err(String text) -> text;
      case Bulk bulk -> new String(bulk.bytes, StandardCharsets.UTF_8);
      case Scalar(char type, String text) -> text;
      case Int(long number) -> Long.toString(number);
      case Null ignored -> throw new IllegalStateException("null has no text");
      case Aggregate aggregate -> throw new IllegalStateException("no text but " + aggregate);
    };
  }

  default long number() {
    if (this instanceof Int(long number)) {
      return number;
    }
    throw new IllegalStateException("not an integer but " + this);
  }

  default List<RespValue> items() {
    if (this instanceof Aggregate aggregate) {
      return aggregate.values();
    }
    throw new IllegalStateException("not an array but " + this);
  }

  default boolean isError() { return this instanceof Err; }

  default boolean isNull() { return this instanceof Null; }

  /** {@code +OK}. */
  record Simple(String content) implements RespValue {
    @Override
    public String toString() {
      return content;
    }
  }

  /** {@code -ERR ...} or {@code !}: the text with its code. */
  record Err(String content) implements RespValue {
    @Override
    public String toString() {
      return "(error) " + content;
    }
  }

  /** {@code :1}. */
  record Int(long value) implements RespValue {
    @Override
    public String toString() {
      return "(integer) " + value;
    }
  }

  /** {@code $}: bytes of any content. */
  final class Bulk implements RespValue {
    private final byte[] bytes;

    public Bulk(byte[] bytes) {
      this.bytes = bytes.clone();
    }

    public byte[] bytes() {
      return bytes.clone();
    }

    public int length() {
      return bytes.length;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Bulk bulk && Arrays.equals(bytes, bulk.bytes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
      String text = new String(bytes, 0, Math.min(bytes.length, 200), StandardCharsets.ISO_8859_1);
      return '"' + text + '"' + (bytes.length > 200 ? "... (" + bytes.length + " bytes)" : "");
    }
  }

  /** {@code $-1}, {@code *-1} and {@code _}. */
  record Null() implements RespValue {
    @Override
    public String toString() {
      return "(nil)";
    }
  }

  /** RESP3: double {@code ,}, boolean {@code #}, big number {@code (}, verbatim {@code =}. */
  record Scalar(char type, String content) implements RespValue {
    @Override
    public String toString() {
      return "(" + type + ") " + content;
    }
  }

  /** Array {@code *}, map {@code %} (keys and values in turn), set {@code ~}, push {@code >}. */
  record Aggregate(char type, List<RespValue> values) implements RespValue {
    public Aggregate {
      values = List.copyOf(values);
    }

    @Override
    public String toString() {
      return type + values.toString();
    }
  }
}
