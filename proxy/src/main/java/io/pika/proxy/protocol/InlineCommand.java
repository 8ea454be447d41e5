package io.pika.proxy.protocol;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;

/**
 * A command typed as one line: words between blanks, in single quotes (only \' is special) or in double quotes with
 * \n \r \t \b \a \xHH and \c for any other c (sdssplitargs in sds.c of Redis 7.0).
 */
public final class InlineCommand {
  private static final String UNBALANCED = "Protocol error: unbalanced quotes in request";

  private final byte[] line;
  private int at;

  private InlineCommand(byte[] line) {
    this.line = line;
  }

  /** The words; none for a line of blanks. A carriage return at the end is a blank. */
  public static List<byte[]> split(byte[] line) throws ProtocolException {
    InlineCommand reader = new InlineCommand(line);
    List<byte[]> words = new ArrayList<>();
    reader.skipBlanks();
    while (reader.at < line.length) {
      words.add(reader.readWord());
      reader.skipBlanks();
    }
    return words;
  }

  private void skipBlanks() {
    while (at < line.length && isBlank(line[at])) {
      at++;
    }
  }

  /** Quotes may start anywhere in a word, and end it. */
  private byte[] readWord() throws ProtocolException {
    ByteArrayOutputStream word = new ByteArrayOutputStream();
    while (at < line.length && !endsBareWord(line[at])) {
      byte next = line[at++];
      if (next == '"' || next == '\'') {
        readQuoted(word, next);
        return word.toByteArray();
      }
      word.write(next);
    }
    return word.toByteArray();
  }

  private void readQuoted(ByteArrayOutputStream word, byte quote) throws ProtocolException {
    while (at < line.length && line[at] != quote) {
      if (line[at] != '\\') {
        word.write(line[at++]);
      } else if (quote == '"') {
        readEscape(word);
      } else {
        boolean escaped = at + 1 < line.length && line[at + 1] == '\'';
        word.write(escaped ? '\'' : '\\');
        at += escaped ? 2 : 1;
      }
    }
    boolean closed = at < line.length && (at + 1 == line.length || isBlank(line[at + 1]));
    if (!closed) {
      throw new ProtocolException(UNBALANCED);
    }
    at++;
  }

  /** At a backslash in double quotes; the last byte of the line is no escape. */
  private void readEscape(ByteArrayOutputStream word) {
    if (at + 3 < line.length && line[at + 1] == 'x' && hex(line[at + 2]) >= 0 && hex(line[at + 3]) >= 0) {
      word.write(hex(line[at + 2]) * 16 + hex(line[at + 3]));
      at += 4;
    } else if (at + 1 < line.length) {
      word.write(switch (line[at + 1]) {
        case 'n' -> '\n';
        case 'r' -> '\r';
        case 't' -> '\t';
        case 'b' -> '\b';
        case 'a' -> 7;
        default -> line[at + 1];
      });
      at += 2;
    } else {
      word.write(line[at++]);
    }
  }

  private static int hex(byte digit) {
    return Character.digit(digit, 16);
  }

  /** As C's isspace. */
  private static boolean isBlank(byte b) {
    return b == ' ' || b >= '\t' && b <= '\r';
  }

  /** Unlike between words, form feed and vertical tab belong to a word that has begun. */
  private static boolean endsBareWord(byte b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }
}
