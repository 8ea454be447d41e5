package io.pika.testkit.differential;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
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

  /** After such a call the two may go different ways, which is documented too. */
  @FunctionalInterface
  public interface Parting {
    boolean covers(Call call, byte[] expected, byte[] actual);
  }

  private final List<Documented> documented;
  private final List<Parting> partings;
  /** After a reply that begins so, the two go different ways; empty: nothing does. */
  private final String parting;

  public Judgement(Documented... documented) {
    this(List.of(documented), List.of(), "");
  }

  private Judgement(List<Documented> documented, List<Parting> partings, String parting) {
    this.documented = documented;
    this.partings = partings;
    this.parting = parting;
  }

  /** The same, but this is documented too. */
  public Judgement allowing(Documented more) {
    List<Documented> all = new ArrayList<>(documented);
    all.add(more);
    return new Judgement(all, partings, parting);
  }

  /** The same, but what follows a reply of the tested system that begins so is not compared. */
  public Judgement partingAt(String reply) {
    return new Judgement(documented, partings, reply);
  }

  /** The same, but what follows such a call is not compared. */
  public Judgement partingIn(Parting more) {
    List<Parting> all = new ArrayList<>(partings);
    all.add(more);
    return new Judgement(documented, all, parting);
  }

  /** The two go different ways from here: what follows is not compared. */
  boolean isParting(Call call, byte[] expected, byte[] actual) {
    return !parting.isEmpty() && new String(actual, StandardCharsets.ISO_8859_1).startsWith(parting)
        || isRandomRemoval(call, expected, actual) || isFoundDamaged(expected, actual)
        || partings.stream().anyMatch(each -> each.covers(call, expected, actual));
  }

  /** Refused by both; but Redis may have changed something before it saw the damage. */
  private static boolean isFoundDamaged(byte[] expected, byte[] actual) {
    return Arrays.equals(expected, actual)
        && new String(actual, StandardCharsets.ISO_8859_1).startsWith("-INVALIDOBJ ");
  }

  /** Each has removed as many, but others. */
  private static boolean isRandomRemoval(Call call, byte[] expected, byte[] actual) {
    return call.name().equals("SPOP") && isRandomChoice(expected, actual)
        && !Unordered.areAlike(call, expected, actual);
  }

  /** As many items, or one each. */
  static boolean isRandomChoice(byte[] expected, byte[] actual) {
    List<String> one = Unordered.items(expected);
    List<String> other = Unordered.items(actual);
    boolean single = one.size() == 1 && isText(one.getFirst());
    return one.size() == other.size()
        && (one.size() > 1 ? one.getFirst().equals(other.getFirst()) : single && isText(other.getFirst()));
  }

  boolean accepts(Call call, byte[] expected, byte[] actual, List<Call> before) {
    return Arrays.equals(expected, actual) || isNear(call, expected, actual)
        || Unordered.areAlike(call, expected, actual) || StreamTimes.areNear(call, expected, actual)
        || documented.stream().anyMatch(each -> each.covers(call, expected, actual, before));
  }

  private static boolean isText(String reply) {
    return reply.startsWith("$") && !reply.startsWith("$-");
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

  private static long number(byte[] reply) {
    return Long.parseLong(new String(reply, 1, reply.length - 3, StandardCharsets.US_ASCII));
  }
}
