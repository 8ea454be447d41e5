package io.pika.node.command;

import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.Numbers;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Arguments that are understood later than they are read, and errors that quote them. */
final class Words {
  private static final RefusalException NO_OPPOSITE = new RefusalException(
      "ERR value is out of range, value must between -9223372036854775807 and 9223372036854775807");

  private static final Reply.Err NO_KEYS = Reply.error("ERR numkeys should be greater than 0");

  private Words() {}

  /** All arguments that are left. */
  static List<byte[]> rest(Args args) {
    List<byte[]> rest = new ArrayList<>(args.remaining());
    while (args.hasNext()) {
      rest.add(args.takeBytes());
    }
    return rest;
  }

  /**
   * Reads {@code numkeys key ...}.
   *
   * @param behind how many arguments must follow
   * @param tooFew there are not so many
   */
  static List<byte[]> countedKeys(Args args, int behind, RefusalException tooFew) {
    long count = args.takeLong(1, Long.MAX_VALUE, NO_KEYS);
    if (count > args.remaining() - behind) {
      throw tooFew;
    }
    List<byte[]> keys = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      keys.add(args.takeBytes());
    }
    return keys;
  }

  /** A count that may be negative: what is no number at all is told apart from the one that has no opposite. */
  static long signedCount(Args args) {
    long count = args.takeLong();
    if (count == Long.MIN_VALUE) {
      throw NO_OPPOSITE;
    }
    return count;
  }

  /** A whole number of 64 bits. */
  static long number(byte[] text) {
    if (!Numbers.isLong(text)) {
      throw new RefusalException(Reply.NOT_AN_INTEGER);
    }
    return Numbers.parseLong(text);
  }

  /** An error that ends with what the client sent, as Redis quotes it: to the first zero byte, on one line. */
  static RefusalException quoting(String text, byte[] quoted) {
    ByteArrayOutputStream message = new ByteArrayOutputStream();
    message.writeBytes(text.getBytes(StandardCharsets.UTF_8));
    for (int i = 0; i < quoted.length && quoted[i] != 0; i++) {
      message.write(quoted[i]);
    }
    byte[] line = message.toByteArray();
    int end = line.length;
    while (end > 0 && isLineEnd(line[end - 1])) {
      end--;
    }
    for (int i = 0; i < end; i++) {
      if (isLineEnd(line[i])) {
        line[i] = ' ';
      }
    }
    return new RefusalException(Reply.error(Arrays.copyOf(line, end)));
  }

  private static boolean isLineEnd(byte b) {
    return b == '\r' || b == '\n';
  }
}
