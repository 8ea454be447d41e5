package io.pika.testkit.differential;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** The differences from Redis that docs/compatibility.md lists, as rules; each names its line there. */
public final class Compatibility {
  /** Replies must be Redis' but for these. */
  public static final Judgement JUDGEMENT = new Judgement(Compatibility::formInMemory,
      Compatibility::idleTime, Compatibility::randomChoice, Compatibility::pageOfScan,
      Compatibility::negativeZero, Compatibility::storedDistance,
      Compatibility::shrunk, Compatibility::unsettledOrder, Compatibility::boundedByTheHeap)
      .partingIn(Compatibility::storesUnsettledOrder)
      .partingIn(Compatibility::staleError);

  /** The same for a table of several slots: where keys meet that do not lie together, there is no common way on. */
  public static final Judgement OVER_SLOTS = JUDGEMENT.allowing(Compatibility::dumpOfCollection)
      .partingAt("-CROSSSLOT ");

  private static final Set<String> FORGET_THE_FORM = Set.of("APPEND", "SETRANGE", "INCRBYFLOAT", "COPY",
      "SETBIT", "BITFIELD", "BITOP", "PFADD", "PFCOUNT", "PFMERGE",
      "HDEL", "HMSET", "HSET", "HSETNX", "SDIFFSTORE", "SMOVE", "SPOP", "SREM");

  private static final Set<String> DRAW = Set.of("HRANDFIELD", "SPOP", "SRANDMEMBER", "ZRANDMEMBER");
  private static final Set<String> SORT = Set.of("SORT", "SORT_RO");
  private static final Set<String> SCAN = Set.of("HSCAN", "SSCAN", "ZSCAN");

  /** A number with a fraction, as a bulk string in RESP2 or by itself in RESP3. */
  private static final Pattern DECIMAL = Pattern.compile(",?-?[0-9]+\\.[0-9]+(e[+-]?[0-9]+)?");
  private static final double NEAR = 1e-12;

  private Compatibility() {}

  /**
   * OBJECT ENCODING and REFCOUNT are told from the value alone. Redis remembers also how the value came about, until it
   * restarts.
   */
  private static boolean formInMemory(Call call, byte[] expected, byte[] actual, List<Call> before) {
    boolean asked = call.name().equals("OBJECT") && Set.of("ENCODING", "REFCOUNT").contains(call.upper(1));
    return asked && expected[0] == actual[0]
        && before.stream().anyMatch(each -> FORGET_THE_FORM.contains(each.name()));
  }

  /** Members and fields that are drawn at random: as many. */
  private static boolean randomChoice(Call call, byte[] expected, byte[] actual, List<Call> before) {
    return DRAW.contains(call.name()) && Judgement.isRandomChoice(expected, actual);
  }

  /** Cursors are others, and so is what lies between two of them. What lies in one page from begin to end is compared. */
  private static boolean pageOfScan(Call call, byte[] expected, byte[] actual, List<Call> before) {
    if (!SCAN.contains(call.name()) || !isPage(expected) || !isPage(actual)) {
      return false;
    }
    return !call.upper(2).equals("0") || !isWhole(expected) || !isWhole(actual);
  }

  private static boolean isPage(byte[] reply) {
    return text(reply).startsWith("*2\r\n$");
  }

  private static boolean isWhole(byte[] page) {
    return text(page).startsWith("*2\r\n$1\r\n0\r\n");
  }

  private static String text(byte[] reply) {
    return new String(reply, StandardCharsets.ISO_8859_1);
  }

  /** LCS of what is long, alone or in a transaction: the bound follows the heap here. */
  private static boolean boundedByTheHeap(Call call, byte[] expected, byte[] actual, List<Call> before) {
    return Set.of("LCS", "EXEC").contains(call.name()) && text(actual).contains("-ERR Insufficient memory, ");
  }

  /** OBJECT IDLETIME is always 0. */
  private static boolean idleTime(Call call, byte[] expected, byte[] actual, List<Call> before) {
    return call.name().equals("OBJECT") && call.upper(1).equals("IDLETIME") && expected[0] == ':'
        && new String(actual, StandardCharsets.US_ASCII).equals(":0\r\n");
  }

  /** DUMP of what has no order, or another form in Redis' memory. That the content is the same, the node's own test shows. */
  private static boolean dumpOfCollection(Call call, byte[] expected, byte[] actual, List<Call> before) {
    return call.name().equals("DUMP") && typeOf(expected) > 0 && typeOf(actual) > 0;
  }

  /** The type's code with which a payload begins; 0: a string. */
  private static int typeOf(byte[] bulk) {
    int start = text(bulk).indexOf('\n') + 1;
    return bulk[0] == '$' && start < bulk.length ? bulk[start] : 0;
  }

  /** OBJECT ENCODING of a sorted set that was once greater. */
  private static boolean shrunk(Call call, byte[] expected, byte[] actual, List<Call> before) {
    return call.name().equals("OBJECT") && text(expected).equals("$8\r\nskiplist\r\n")
        && text(actual).equals("$8\r\nlistpack\r\n");
  }

  /**
   * SORT leaves open in which order a set is that is not sorted, and what ALPHA finds alike: the same text behind BY, or up
   * to a zero byte. Redis keeps the order of the collection then, but not with LIMIT.
   */
  private static boolean unsettledOrder(Call call, byte[] expected, byte[] actual, List<Call> before) {
    if (!SORT.contains(call.name()) || !Judgement.isRandomChoice(expected, actual)) {
      return false;
    }
    boolean alike = has(call, "ALPHA")
        && (has(call, "BY") && (has(call, "LIMIT") || anyOf(before, "Z", "GEO"))
            || before.stream().anyMatch(Compatibility::writesZero));
    return alike || has(call, "BY") && anyOf(before, "S", "RESTORE", "MULTI");
  }

  /** What is stored by SORT with BY and ALPHA may be in another order. */
  private static boolean storesUnsettledOrder(Call call, byte[] expected, byte[] actual) {
    return SORT.contains(call.name()) && has(call, "BY") && has(call, "ALPHA") && has(call, "STORE")
        && expected[0] == ':' && Arrays.equals(expected, actual);
  }

  /** SORT in Redis takes an error for its own that another command has left behind. */
  private static boolean staleError(Call call, byte[] expected, byte[] actual) {
    return SORT.contains(call.name()) && text(expected).startsWith("-ERR One or more scores")
        && actual[0] != '-';
  }

  private static boolean has(Call call, String word) {
    return IntStream.range(2, call.arguments().size()).anyMatch(i -> call.upper(i).equals(word));
  }

  /** Commands whose names begin so. SORT and SET do not count: they make no sets. */
  private static boolean anyOf(List<Call> calls, String... prefixes) {
    return calls.stream().map(Call::name).filter(name -> !SORT.contains(name) && !name.equals("SET"))
        .anyMatch(name -> Arrays.stream(prefixes).anyMatch(name::startsWith));
  }

  private static boolean writesZero(Call call) {
    return call.arguments().stream().skip(2).anyMatch(each -> text(each.array()).indexOf(0) >= 0);
  }

  /** Sines, and so the distances that STOREDIST keeps, differ in their last digits from the machine's C library. */
  private static boolean storedDistance(Call call, byte[] expected, byte[] actual, List<Call> before) {
    boolean stored = before.stream().flatMap(each -> each.arguments().stream())
        .anyMatch(each -> text(each.array()).equalsIgnoreCase("STOREDIST"));
    String[] one = text(expected).split("\r\n", -1);
    String[] other = text(actual).split("\r\n", -1);
    if (!stored || one.length != other.length) {
      return false;
    }
    for (int i = 0; i < one.length; i++) {
      boolean lengths = one[i].startsWith("$") && other[i].startsWith("$");
      if (!lengths && !one[i].equals(other[i]) && !areNear(one[i], other[i])) {
        return false;
      }
    }
    return true;
  }

  private static boolean areNear(String one, String other) {
    if (!DECIMAL.matcher(one).matches() || !DECIMAL.matcher(other).matches()) {
      return false;
    }
    double number = Double.parseDouble(one.replace(",", ""));
    return Math.abs(number - Double.parseDouble(other.replace(",", ""))) <= Math.abs(number) * NEAR;
  }

  /** A score of -0 is kept as 0; in Redis only in sorted sets that are small. */
  private static boolean negativeZero(Call call, byte[] expected, byte[] actual, List<Call> before) {
    String one = withoutNegativeZero(expected);
    String other = withoutNegativeZero(actual);
    return call.name().startsWith("Z")
        && (one.equals(other) || Unordered.areAlike(call, bytes(one), bytes(other)));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String withoutNegativeZero(byte[] reply) {
    return text(reply).replace("$2\r\n-0\r\n", "$1\r\n0\r\n")
        .replace(",-0\r\n", ",0\r\n");
  }
}
