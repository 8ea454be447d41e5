package io.pika.tests.bench.load;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Counts the replies in a stream of bytes, in RESP2 or RESP3, and keeps none of them: the least that a client can do. Pieces
 * may end anywhere. An error reply is counted as a reply too; the first one's text is kept, because a benchmark of errors is
 * none.
 */
public final class ReplySkipper {
  private static final int ERROR_SHOWN = 200;

  private enum State {
    TYPE, LINE, BULK
  }

  private State state = State.TYPE;
  private byte type;
  private boolean negative;
  private long number;
  /** Bytes of a bulk that are still to come, with its line end. */
  private long skip;
  /** Elements that the reply still needs; zero between replies. */
  private long pending;
  private long errors;
  private final StringBuilder error = new StringBuilder();

  /** Takes all bytes of the buffer; says how many replies came to their end in it. */
  public int take(ByteBuffer bytes) {
    int replies = 0;
    int at = bytes.position();
    int limit = bytes.limit();
    while (at < limit) {
      switch (state) {
        case TYPE -> {
          begin(bytes.get(at++));
        }
        case LINE -> {
          byte each = bytes.get(at++);
          if (each == '\n') {
            replies += endOfLine();
          } else {
            inLine(each);
          }
        }
        case BULK -> {
          long step = Math.min(skip, limit - at);
          at += (int) step;
          skip -= step;
          if (skip == 0) {
            replies += endOfElement();
          }
        }
      }
    }
    bytes.position(limit);
    return replies;
  }

  /** Error replies so far. */
  public long errors() {
    return errors;
  }

  /** Text of the first error reply; empty while there was none. */
  public String firstError() {
    return error.toString();
  }

  private void begin(byte first) {
    if (pending == 0) {
      pending = 1;
    }
    type = first;
    negative = false;
    number = 0;
    state = State.LINE;
    if (type == '-') {
      errors++;
    }
  }

  private void inLine(byte each) {
    if (each >= '0' && each <= '9') {
      number = 10 * number + each - '0';
    } else if (each == '-') {
      negative = true;
    }
    if (type == '-' && errors == 1 && each != '\r' && error.length() < ERROR_SHOWN) {
      error.append(new String(new byte[]{each}, StandardCharsets.ISO_8859_1));
    }
  }

  private int endOfLine() {
    switch (type) {
      case '$', '=', '!' -> {
        if (!negative) {
          skip = number + 2;
          state = State.BULK;
          return 0;
        }
      }
      case '*', '~', '>' -> pending += negative ? 0 : number;
      case '%' -> pending += 2 * number;
      case '+', '-', ':', '_', ',', '#', '(' -> {
      }
      default -> throw new IllegalStateException("a reply begins with the byte " + type);
    }
    return endOfElement();
  }

  private int endOfElement() {
    state = State.TYPE;
    pending--;
    return pending == 0 ? 1 : 0;
  }
}
