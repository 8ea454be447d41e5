package io.pika.testkit.differential;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;

/** Whether two replies to a call are alike enough. */
public final class Judgement {
  /** Programs run at slightly different times. */
  private static final long TOLERANCE_MS = 5_000;

  /** A difference that is documented in docs/compatibility.md; anything else is a bug. */
  @FunctionalInterface
  public interface Documented {
    /** @param before the calls that ran before this one */
    boolean covers(Call call, byte[] expected, byte[] actual, List<Call> before);
  }

  private final List<Documented> documented;
  /** After a reply that begins so, the two go different ways; empty: nothing does. */
  private final String parting;

  public Judgement(Documented... documented) {
    this(List.of(documented), "");
  }

  private Judgement(List<Documented> documented, String parting) {
    this.documented = documented;
    this.parting = parting;
  }

  /** The same, but what follows a reply of the tested system that begins so is not compared. */
  public Judgement partingAt(String reply) {
    return new Judgement(documented, reply);
  }

  boolean isParting(byte[] actual) {
    return !parting.isEmpty() && new String(actual, StandardCharsets.ISO_8859_1).startsWith(parting);
  }

  boolean accepts(Call call, byte[] expected, byte[] actual, List<Call> before) {
    return Arrays.equals(expected, actual) || isNear(call, expected, actual)
        || isReordered(call, expected, actual)
        || documented.stream().anyMatch(each -> each.covers(call, expected, actual, before));
  }

  /** Times to live pass while programs run. */
  private static boolean isNear(Call call, byte[] expected, byte[] actual) {
    long unitMs = switch (call.name()) {
      case "TTL", "EXPIRETIME" -> 1000;
      case "PTTL", "PEXPIRETIME" -> 1;
      default -> 0;
    };
    if (unitMs == 0 || expected[0] != ':' || actual[0] != ':') {
      return false;
    }
    long one = number(expected);
    long other = number(actual);
    return one > 0 && other > 0 && Math.abs(one - other) <= TOLERANCE_MS / unitMs;
  }

  /** KEYS promises no order. */
  private static boolean isReordered(Call call, byte[] expected, byte[] actual) {
    return call.name().equals("KEYS") && expected[0] == '*' && sorted(expected).equals(sorted(actual));
  }

  /** The bulk strings of an array, in order. */
  private static List<String> sorted(byte[] array) {
    String text = new String(array, StandardCharsets.ISO_8859_1);
    List<String> items = new ArrayList<>();
    int at = text.indexOf('\n') + 1;
    while (at < text.length()) {
      int line = text.indexOf("\r\n", at);
      int end = line + 2 + Integer.parseInt(text.substring(at + 1, line)) + 2;
      items.add(text.substring(at, end));
      at = end;
    }
    Collections.sort(items);
    return items;
  }

  private static long number(byte[] reply) {
    return Long.parseLong(new String(reply, 1, reply.length - 3, StandardCharsets.US_ASCII));
  }
}
