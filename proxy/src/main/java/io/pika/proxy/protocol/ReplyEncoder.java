package io.pika.proxy.protocol;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Replies to bytes, RESP2 or RESP3, as networking.c of Redis 7.0 writes them. A hot path. */
public final class ReplyEncoder {
  private static final int LINE_END = '\r' << 8 | '\n';
  /** With its type and the end of its line it fills eight bytes. */
  private static final int MOST_AT_ONCE = 99_999;
  private static final byte[] NULL_BULK = ascii("$-1\r\n");
  private static final byte[] NULL_ARRAY = ascii("*-1\r\n");
  private static final byte[] NULL = ascii("_\r\n");
  private static final byte[] OK = ascii("+OK\r\n");
  private static final long[] POWERS_OF_TEN = powersOfTen();

  private ReplyEncoder() {}

  /** Appends a reply and lets go of the buffers in it. @param protocol 2 or 3 */
  public static void write(Reply reply, int protocol, ByteBuf out) {
    boolean resp3 = protocol == 3;
    switch (reply) {
      case Reply.Bulk(byte[] bytes) -> writeBulk(bytes, out);
      case Reply.Int(long value) -> writeNumber(':', value, out);
      case Reply.Simple simple -> writeSimple(simple, out);
      case Reply.Nil _ -> out.writeBytes(resp3 ? NULL : NULL_BULK);
      case Reply.NullArray _ -> out.writeBytes(resp3 ? NULL : NULL_ARRAY);
      case Reply.Err(byte[] text) -> writeError(text, out);
      case Reply.Array(List<Reply> items) -> writeItems(ReplyShape.ARRAY, items, protocol, out);
      case Reply.Set(List<Reply> items) -> writeItems(ReplyShape.SET, items, protocol, out);
      case Reply.Push(List<Reply> items) -> writePush(items, protocol, out);
      case Reply.Map(List<Reply> items) -> writeItems(ReplyShape.MAP, items, protocol, out);
      case Reply.MapOrPairs(List<Reply> items) -> writeMapOrPairs(items, protocol, out);
      case Reply.Pairs(List<Reply> items) -> writeItems(ReplyShape.PAIRS, items, protocol, out);
      case Reply.DoubleNumber(double value) -> writeText(resp3, ',', formatDouble(value), out);
      case Reply.Decimal(String digits) -> writeText(resp3, ',', digits, out);
      case Reply.BigNumber(String digits) -> writeText(resp3, '(', digits, out);
      case Reply.Bool(boolean value) -> out.writeBytes(resp3
          ? ascii(value ? "#t\r\n" : "#f\r\n")
          : ascii(value ? ":1\r\n" : ":0\r\n"));
      case Reply.Verbatim(String format, String text) -> writeVerbatim(resp3, format, text, out);
      case Reply.Raw(ByteBuf bytes) -> {
        out.writeBytes(bytes, bytes.readerIndex(), bytes.readableBytes());
        bytes.release();
      }
      case Reply.InPieces _ -> throw new IllegalArgumentException("a reply in pieces is not written at once");
    }
  }

  /** What stands before all items of a reply. @param items how many; even where they come in twos */
  public static void writeHead(ReplyShape shape, long items, int protocol, ByteBuf out) {
    boolean resp3 = protocol == 3;
    switch (shape) {
      case ARRAY -> writeNumber('*', items, out);
      case SET -> writeNumber(resp3 ? '~' : '*', items, out);
      case MAP -> writeNumber(resp3 ? '%' : '*', resp3 ? items / 2 : items, out);
      case PAIRS -> writeNumber('*', resp3 ? items / 2 : items, out);
    }
  }

  /** One item of such a reply. @param index of the item, from 0 */
  public static void writeItem(ReplyShape shape, Reply item, long index, int protocol, ByteBuf out) {
    if (shape == ReplyShape.PAIRS && protocol == 3 && index % 2 == 0) {
      writeNumber('*', 2, out);
    }
    write(item, protocol, out);
  }

  /** How many bytes a header or a number takes at most: for those who reserve space. */
  public static final int MAX_HEADER_BYTES = 23;

  /** A type byte, a number, the end of line: every header of RESP. */
  public static void writeNumber(char type, long value, ByteBuf out) {
    if (value >= 0 && value <= MOST_AT_ONCE) {
      writeShortNumber(type, (int) value, out);
      return;
    }
    out.writeByte(type);
    writeDigits(value, out);
    out.writeShort(LINE_END);
  }

  /** The whole line is put together first and written at once, with some bytes behind it that do not count. */
  private static void writeShortNumber(char type, int value, ByteBuf out) {
    long line = LINE_END;
    int length = 2;
    int rest = value;
    do {
      line |= (long) ('0' + rest % 10) << Byte.SIZE * length;
      rest /= 10;
      length++;
    } while (rest > 0);
    line |= (long) type << Byte.SIZE * length;
    length++;
    out.ensureWritable(Long.BYTES);
    int at = out.writerIndex();
    out.setLong(at, line << Long.SIZE - Byte.SIZE * length);
    out.writerIndex(at + length);
  }

  private static void writeDigits(long value, ByteBuf out) {
    if (value == Long.MIN_VALUE) {
      ByteBufUtil.writeAscii(out, Long.toString(value));
      return;
    }
    long rest = value;
    if (rest < 0) {
      out.writeByte('-');
      rest = -rest;
    }
    int digits = 1;
    while (digits < POWERS_OF_TEN.length && rest >= POWERS_OF_TEN[digits]) {
      digits++;
    }
    out.ensureWritable(digits);
    int at = out.writerIndex();
    for (int i = digits - 1; i >= 0; i--) {
      out.setByte(at + i, '0' + (int) (rest % 10));
      rest /= 10;
    }
    out.writerIndex(at + digits);
  }

  public static void writeBulk(byte[] bytes, ByteBuf out) {
    writeNumber('$', bytes.length, out);
    out.writeBytes(bytes);
    out.writeShort(LINE_END);
  }

  private static void writeSimple(Reply.Simple simple, ByteBuf out) {
    if (simple == Reply.OK) {
      out.writeBytes(OK);
      return;
    }
    out.writeByte('+');
    ByteBufUtil.writeUtf8(out, simple.text());
    out.writeShort(LINE_END);
  }

  /** A line end within the text would end the error early: it becomes a blank, as in Redis. */
  private static void writeError(byte[] text, ByteBuf out) {
    int to = text.length;
    while (to > 0 && isLineEnd(text[to - 1])) {
      to--;
    }
    out.writeByte('-');
    for (int i = 0; i < to; i++) {
      out.writeByte(isLineEnd(text[i]) ? ' ' : text[i]);
    }
    out.writeShort(LINE_END);
  }

  private static boolean isLineEnd(byte b) {
    return b == '\r' || b == '\n';
  }

  private static void writeItems(ReplyShape shape, List<Reply> items, int protocol, ByteBuf out) {
    writeHead(shape, items.size(), protocol, out);
    for (int i = 0; i < items.size(); i++) {
      writeItem(shape, items.get(i), i, protocol, out);
    }
  }

  private static void writePush(List<Reply> items, int protocol, ByteBuf out) {
    writeNumber(protocol == 3 ? '>' : '*', items.size(), out);
    for (Reply item : items) {
      write(item, protocol, out);
    }
  }

  private static void writeMapOrPairs(List<Reply> keysAndValues, int protocol, ByteBuf out) {
    boolean resp3 = protocol == 3;
    writeNumber(resp3 ? '%' : '*', keysAndValues.size() / 2, out);
    for (int i = 0; i < keysAndValues.size(); i++) {
      if (!resp3 && i % 2 == 0) {
        writeNumber('*', 2, out);
      }
      write(keysAndValues.get(i), protocol, out);
    }
  }

  private static void writeText(boolean resp3, char type, String text, ByteBuf out) {
    if (!resp3) {
      writeBulk(ascii(text), out);
      return;
    }
    out.writeByte(type);
    ByteBufUtil.writeAscii(out, text);
    out.writeShort(LINE_END);
  }

  private static void writeVerbatim(boolean resp3, String format, String text, ByteBuf out) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    if (!resp3) {
      writeBulk(bytes, out);
      return;
    }
    writeNumber('=', bytes.length + 4L, out);
    ByteBufUtil.writeAscii(out, format);
    out.writeByte(':').writeBytes(bytes).writeShort(LINE_END);
  }

  /** As C prints %.17g: seventeen significant digits, no trailing zeros, an exponent when it is below -4 or above 16. */
  public static String formatDouble(double value) {
    if (Double.isNaN(value)) {
      return "nan";
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? "inf" : "-inf";
    }
    if (value == 0) {
      return 1 / value < 0 ? "-0" : "0";
    }
    BigDecimal exact = new BigDecimal(value).round(new MathContext(17, RoundingMode.HALF_EVEN))
        .stripTrailingZeros();
    int exponent = exact.precision() - exact.scale() - 1;
    if (exponent >= -4 && exponent < 17) {
      return exact.toPlainString();
    }
    String digits = exact.unscaledValue().abs().toString();
    String fraction = digits.length() == 1 ? "" : "." + digits.substring(1);
    int size = Math.abs(exponent);
    return (value < 0 ? "-" : "") + digits.charAt(0) + fraction + 'e' + (exponent < 0 ? '-' : '+')
        + (size < 10 ? "0" : "") + size;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  private static long[] powersOfTen() {
    long[] powers = new long[19];
    long power = 1;
    for (int i = 0; i < powers.length; i++) {
      powers[i] = power;
      power *= 10;
    }
    return powers;
  }
}
