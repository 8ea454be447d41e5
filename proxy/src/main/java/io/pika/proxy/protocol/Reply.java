package io.pika.proxy.protocol;

import io.netty.buffer.ByteBuf;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a command answers, as a value; {@link ReplyEncoder} turns it into RESP2 or RESP3. Immutable and free to share,
 * but for {@link Raw} and {@link InPieces}, which hold something: a reply is written once, or released once.
 */
public sealed interface Reply {
  /** What C prints of a number that is meant for people. */
  int DECIMAL_DIGITS = 17;

  Simple OK = simple("OK");
  Simple PONG = simple("PONG");
  Simple QUEUED = simple("QUEUED");
  Nil NIL = new Nil();
  NullArray NULL_ARRAY = new NullArray();
  Int ZERO = new Int(0);
  Int ONE = new Int(1);
  Int MINUS_ONE = new Int(-1);
  Int MINUS_TWO = new Int(-2);
  Bulk EMPTY = new Bulk(new byte[0]);
  Array EMPTY_ARRAY = new Array(List.of());
  Bool TRUE = new Bool(true);
  Bool FALSE = new Bool(false);

  Err SYNTAX_ERROR = error("ERR syntax error");
  Err NOT_AN_INTEGER = error("ERR value is not an integer or out of range");
  Err NOT_A_FLOAT = error("ERR value is not a valid float");
  Err WRONG_TYPE = error("WRONGTYPE Operation against a key holding the wrong kind of value");
  Err NO_SUCH_KEY = error("ERR no such key");

  /** A status, one line. */
  record Simple(String text) implements Reply {}

  /** A refusal: a code, a blank, a text for people. Held as bytes because it may quote what the client sent. */
  record Err(byte[] bytes) implements Reply {
    public String text() {
      return new String(bytes, StandardCharsets.UTF_8);
    }

    /** The first word: ERR, WRONGTYPE, MOVED... */
    public String code() {
      String text = text();
      int blank = text.indexOf(' ');
      return blank < 0 ? text : text.substring(0, blank);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Err err && Arrays.equals(bytes, err.bytes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
      return "-" + text();
    }
  }

  /** A whole number. */
  record Int(long value) implements Reply {}

  /** A string of bytes; whoever made it never changes the array again. */
  record Bulk(byte[] bytes) implements Reply {
    public String text() {
      return new String(bytes, StandardCharsets.UTF_8);
    }

    @Override
    public boolean equals(@Nullable Object other) {
      return other instanceof Bulk bulk && Arrays.equals(bytes, bulk.bytes);
    }

    @Override
    public int hashCode() {
      return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
      return "Bulk[" + text() + "]";
    }
  }

  /** No value: a null bulk string in RESP2. */
  record Nil() implements Reply {}

  /** No value where there would have been an array: a null array in RESP2, the same null in RESP3. */
  record NullArray() implements Reply {}

  record Array(List<Reply> items) implements Reply {}

  /** Keys and values in turn; an array of them in RESP2. */
  record Map(List<Reply> keysAndValues) implements Reply {
    public Map {
      if (keysAndValues.size() % 2 != 0) {
        throw new IllegalArgumentException("a map has a value for every key");
      }
    }
  }

  /** Keys and values in turn; a map in RESP3, an array of pairs in RESP2: what is read from several streams. */
  record MapOrPairs(List<Reply> keysAndValues) implements Reply {
    public MapOrPairs {
      if (keysAndValues.size() % 2 != 0) {
        throw new IllegalArgumentException("a map has a value for every key");
      }
    }
  }

  /** Firsts and seconds in turn, such as members and scores: an array of pairs in RESP3, all in one array in RESP2. */
  record Pairs(List<Reply> firstsAndSeconds) implements Reply {
    public Pairs {
      if (firstsAndSeconds.size() % 2 != 0) {
        throw new IllegalArgumentException("a pair has two items");
      }
    }
  }

  /** An array in RESP2. */
  record Set(List<Reply> items) implements Reply {}

  /** Out of band data; an array in RESP2. */
  record Push(List<Reply> items) implements Reply {}

  /** A floating point number; a bulk string in RESP2. */
  record DoubleNumber(double value) implements Reply {}

  /** A floating point number written with all its digits; a bulk string in RESP2. */
  record Decimal(String digits) implements Reply {}

  /** Truth; 1 or 0 in RESP2. */
  record Bool(boolean value) implements Reply {}

  /** A whole number of any length, in decimal; a bulk string in RESP2. */
  record BigNumber(String digits) implements Reply {}

  /** Text for people with its format, "txt" or "mkd"; a bulk string in RESP2. */
  record Verbatim(String format, String text) implements Reply {
    public Verbatim {
      if (format.length() != 3) {
        throw new IllegalArgumentException("a format has three letters");
      }
    }
  }

  /** A reply that another node has encoded, in the session's protocol: its bytes go out as they are. */
  record Raw(ByteBuf bytes) implements Reply {}

  /** A whole reply that is too long to be held. It is no part of another reply, and is not written but fetched. */
  record InPieces(PieceSource source) implements Reply {}

  static Reply of(long value) {
    if (value == 0) {
      return ZERO;
    }
    return value == 1 ? ONE : new Int(value);
  }

  static Bulk bulk(byte[] bytes) {
    return bytes.length == 0 ? EMPTY : new Bulk(bytes);
  }

  static Bulk bulk(String text) {
    return bulk(text.getBytes(StandardCharsets.UTF_8));
  }

  /** A bulk string, or {@link #NIL} for null. */
  static Reply bulkOrNil(byte @Nullable [] bytes) {
    return bytes == null ? NIL : bulk(bytes);
  }

  static Simple simple(String text) {
    return new Simple(text);
  }

  /** @param text with its code: "ERR no such key" */
  static Err error(String text) {
    return new Err(text.getBytes(StandardCharsets.UTF_8));
  }

  /** An error that quotes bytes of the client. */
  static Err error(byte[] text) {
    return new Err(text);
  }

  static Array array(List<? extends Reply> items) {
    return items.isEmpty() ? EMPTY_ARRAY : new Array(List.copyOf(items));
  }

  static Array array(Reply... items) {
    return array(Arrays.asList(items));
  }

  static Map map(List<? extends Reply> keysAndValues) {
    return new Map(List.copyOf(keysAndValues));
  }

  static Map map(Reply... keysAndValues) {
    return new Map(List.of(keysAndValues));
  }

  static MapOrPairs mapOrPairs(List<? extends Reply> keysAndValues) {
    return new MapOrPairs(List.copyOf(keysAndValues));
  }

  static Pairs pairs(List<? extends Reply> firstsAndSeconds) {
    return new Pairs(List.copyOf(firstsAndSeconds));
  }

  static Set set(List<? extends Reply> items) {
    return new Set(List.copyOf(items));
  }

  static Push push(List<? extends Reply> items) {
    return new Push(List.copyOf(items));
  }

  static DoubleNumber doubleNumber(double value) {
    return new DoubleNumber(value);
  }

  /** A finite number with at most 17 digits behind the point, and never an exponent. */
  static Decimal decimal(double value) {
    String digits = new BigDecimal(value).setScale(DECIMAL_DIGITS, RoundingMode.HALF_EVEN)
        .stripTrailingZeros()
        .toPlainString();
    return new Decimal(digits);
  }

  static BigNumber bigNumber(String digits) {
    return new BigNumber(digits);
  }

  static Bool bool(boolean value) {
    return value ? TRUE : FALSE;
  }

  static Verbatim verbatim(String format, String text) {
    return new Verbatim(format, text);
  }

  static Raw raw(ByteBuf bytes) {
    return new Raw(bytes);
  }

  /** "ERR wrong number of arguments for 'get' command". */
  static Err wrongArity(String redisName) {
    return error("ERR wrong number of arguments for '" + redisName + "' command");
  }

  /** Lets go of the buffers of a reply that is not written. */
  default void release() {
    switch (this) {
      case Raw(ByteBuf bytes) -> bytes.release();
      case InPieces(PieceSource source) -> source.close();
      case Array(List<Reply> items) -> items.forEach(Reply::release);
      case Set(List<Reply> items) -> items.forEach(Reply::release);
      case Push(List<Reply> items) -> items.forEach(Reply::release);
      case Map(List<Reply> items) -> items.forEach(Reply::release);
      case MapOrPairs(List<Reply> items) -> items.forEach(Reply::release);
      case Pairs(List<Reply> items) -> items.forEach(Reply::release);
      case Simple _,Err _,Int _,Bulk _,Nil _,NullArray _,DoubleNumber _,Decimal _,Bool _,BigNumber _,Verbatim _ ->
        {
        }
    }
  }
}
