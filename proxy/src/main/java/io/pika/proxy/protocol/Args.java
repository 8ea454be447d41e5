package io.pika.proxy.protocol;

import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * Reads the arguments of a request one after the other. What does not fit is a {@link RefusalException} in Redis's
 * words, so command code reads straight on. Asking for an argument that is not there is a syntax error.
 */
public final class Args {
  private final Request request;
  private int at;

  /** @param from index of the first argument to read; 1 is behind the name, 2 behind a sub-command's */
  public Args(Request request, int from) {
    this.request = request;
    this.at = from;
  }

  public Request request() {
    return request;
  }

  public boolean hasNext() {
    return at < request.size();
  }

  public int remaining() {
    return request.size() - at;
  }

  public byte[] takeBytes() {
    return request.arg(next());
  }

  /** For names: malformed UTF-8 is replaced. */
  public String takeText() {
    return new String(takeBytes(), StandardCharsets.UTF_8);
  }

  /** An option's name in upper case, whatever case it came in. */
  public String takeUpper() {
    return new String(takeBytes(), StandardCharsets.ISO_8859_1).toUpperCase(Locale.ROOT);
  }

  /** Takes the next argument if it is this word, in upper or lower case. */
  public boolean takeIf(String upperCaseWord) {
    if (!hasNext() || !request.argIs(at, upperCaseWord)) {
      return false;
    }
    at++;
    return true;
  }

  public long takeLong() {
    return takeLong(Reply.NOT_AN_INTEGER);
  }

  /** A whole number of 64 bits. @param otherwise what is answered if it is none */
  public long takeLong(Reply.Err otherwise) {
    byte[] text = takeBytes();
    if (!Numbers.isLong(text)) {
      throw new RefusalException(otherwise);
    }
    return Numbers.parseLong(text);
  }

  /** A whole number within bounds. @param otherwise what is answered if it is none, or beyond them */
  public long takeLong(long least, long most, Reply.Err otherwise) {
    long value = takeLong(otherwise);
    if (value < least || value > most) {
      throw new RefusalException(otherwise);
    }
    return value;
  }

  /** A floating point number, infinity too. */
  public double takeDouble() {
    double value = Numbers.parseDouble(takeBytes());
    if (Double.isNaN(value)) {
      throw new RefusalException(Reply.NOT_A_FLOAT);
    }
    return value;
  }

  /** Everything must have been read. */
  public void expectEnd() {
    if (hasNext()) {
      throw new RefusalException(Reply.SYNTAX_ERROR);
    }
  }

  private int next() {
    if (!hasNext()) {
      throw new RefusalException(Reply.SYNTAX_ERROR);
    }
    return at++;
  }
}
