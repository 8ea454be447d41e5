package io.pika.node.command;

import io.pika.node.type.MemberRange.ByName;
import io.pika.node.type.MemberRange.ByScore;
import io.pika.node.type.MemberRange.NameBound;
import io.pika.node.type.MemberRange.ScoreBound;
import io.pika.proxy.protocol.Numbers;
import io.pika.proxy.protocol.RefusalException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The ends of ranges of a sorted set: {@code 1.5}, {@code (1.5}, {@code +inf}, and {@code [a}, {@code (a}, {@code -}. */
final class MemberBounds {
  private static final RefusalException NO_SCORES = new RefusalException("ERR min or max is not a float");
  private static final RefusalException NO_NAMES = new RefusalException(
      "ERR min or max not valid string range item");
  private static final String BLANKS = " \t\n\u000b\f\r";

  private MemberBounds() {}

  static ByScore scores(byte[] min, byte[] max) {
    return new ByScore(score(min), score(max));
  }

  static ByName names(byte[] min, byte[] max) {
    return new ByName(name(min), name(max));
  }

  private static ScoreBound score(byte[] text) {
    boolean exclusive = text.length > 0 && text[0] == '(';
    double score = number(text, exclusive ? 1 : 0);
    if (Double.isNaN(score)) {
      throw NO_SCORES;
    }
    return new ScoreBound(score, exclusive);
  }

  /** As strtod reads it, which Redis does not check here: to the first zero byte, behind blanks, and nothing is 0. */
  private static double number(byte[] bytes, int from) {
    int end = from;
    while (end < bytes.length && bytes[end] != 0) {
      end++;
    }
    String text = new String(bytes, from, end - from, StandardCharsets.ISO_8859_1);
    int start = 0;
    while (start < text.length() && BLANKS.indexOf(text.charAt(start)) >= 0) {
      start++;
    }
    return text.isEmpty() ? 0 : Numbers.parseUnbounded(text.substring(start));
  }

  private static NameBound name(byte[] text) {
    if (isAlone(text, '-')) {
      return new NameBound.Least();
    }
    if (isAlone(text, '+')) {
      return new NameBound.Greatest();
    }
    if (text.length == 0 || text[0] != '(' && text[0] != '[') {
      throw NO_NAMES;
    }
    return new NameBound.At(Arrays.copyOfRange(text, 1, text.length), text[0] == '(');
  }

  private static boolean isAlone(byte[] text, char sign) {
    return text.length > 0 && text[0] == sign && (text.length == 1 || text[1] == 0);
  }
}
