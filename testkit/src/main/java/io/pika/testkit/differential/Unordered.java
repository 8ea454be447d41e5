package io.pika.testkit.differential;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Replies of commands that promise no order: they are alike if they hold the same items, whatever their order. */
final class Unordered {
  /** What a command's items are, and where in its reply they lie. */
  private enum Form {
    ITEMS, PAIRS,
    /** A cursor, and then what was found. */
    PAGE_OF_ITEMS, PAGE_OF_PAIRS
  }

  private static final Map<String, Form> FORMS = Map.ofEntries(
      Map.entry("KEYS", Form.ITEMS),
      Map.entry("HGETALL", Form.PAIRS),
      Map.entry("HKEYS", Form.ITEMS),
      Map.entry("HRANDFIELD", Form.ITEMS),
      Map.entry("HSCAN", Form.PAGE_OF_PAIRS),
      Map.entry("HVALS", Form.ITEMS),
      Map.entry("SDIFF", Form.ITEMS),
      Map.entry("SINTER", Form.ITEMS),
      Map.entry("SMEMBERS", Form.ITEMS),
      Map.entry("SPOP", Form.ITEMS),
      Map.entry("SRANDMEMBER", Form.ITEMS),
      Map.entry("SSCAN", Form.PAGE_OF_ITEMS),
      Map.entry("SUNION", Form.ITEMS),
      Map.entry("ZRANDMEMBER", Form.ITEMS),
      Map.entry("ZSCAN", Form.PAGE_OF_PAIRS));

  private Unordered() {}

  static boolean areAlike(Call call, byte[] expected, byte[] actual) {
    Form form = FORMS.get(call.name());
    return form != null && ordered(call, form, text(expected)).equals(ordered(call, form, text(actual)));
  }

  /** The first line and the items of a collection, or the reply itself where it is none. */
  static List<String> items(byte[] reply) {
    return parts(text(reply));
  }

  private static List<String> ordered(Call call, Form form, String reply) {
    List<String> parts = parts(reply);
    return switch (form) {
      case ITEMS -> sorted(parts, areFlatPairs(call, parts) ? 2 : 1);
      case PAIRS -> sorted(parts, 2);
      case PAGE_OF_ITEMS -> page(parts, 1);
      case PAGE_OF_PAIRS -> page(parts, 2);
    };
  }

  /** Random fields with their values: in RESP2 both are items of one array. */
  private static boolean areFlatPairs(Call call, List<String> parts) {
    String last = call.upper(call.arguments().size() - 1);
    return (last.equals("WITHVALUES") || last.equals("WITHSCORES")) && parts.size() > 1
        && parts.get(1).charAt(0) != '*';
  }

  private static List<String> page(List<String> parts, int size) {
    if (parts.size() != 3) {
      return parts;
    }
    List<String> page = new ArrayList<>(parts.subList(0, 2));
    page.addAll(sorted(parts(parts.get(2)), size));
    return page;
  }

  /** Groups of items in order, behind the first line. */
  private static List<String> sorted(List<String> parts, int size) {
    List<String> groups = new ArrayList<>();
    for (int i = 1; i < parts.size(); i += size) {
      groups.add(String.join("", parts.subList(i, Math.min(i + size, parts.size()))));
    }
    Collections.sort(groups);
    groups.add(0, parts.getFirst());
    return groups;
  }

  private static List<String> parts(String reply) {
    List<String> parts = new ArrayList<>();
    int at = isCollection(reply.charAt(0)) ? reply.indexOf('\n') + 1 : reply.length();
    parts.add(reply.substring(0, at));
    while (at < reply.length()) {
      int end = end(reply, at);
      parts.add(reply.substring(at, end));
      at = end;
    }
    return parts;
  }

  private static boolean isCollection(char type) {
    return type == '*' || type == '~' || type == '%';
  }

  /** Where the reply that begins here ends. */
  private static int end(String reply, int at) {
    int line = reply.indexOf('\n', at) + 1;
    char type = reply.charAt(at);
    if (!isCollection(type) && type != '$') {
      return line;
    }
    int size = Integer.parseInt(reply.substring(at + 1, line - 2));
    if (type == '$') {
      return size < 0 ? line : line + size + 2;
    }
    int end = line;
    for (int i = type == '%' ? 2 * size : size; i > 0; i--) {
      end = end(reply, end);
    }
    return end;
  }

  private static String text(byte[] reply) {
    return new String(reply, StandardCharsets.ISO_8859_1);
  }
}
