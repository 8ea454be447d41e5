package io.pika.proxy.protocol;

import io.pika.proxy.protocol.KeySpec.Begin;
import io.pika.proxy.protocol.KeySpec.Find;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Finds the keys of a request by its command's key specifications, as getKeysFromCommand in db.c of Redis 7.0 does. A few
 * commands hide keys behind words that may stand anywhere, or touch a key in a way that depends on other words: they
 * are told apart here.
 */
public final class KeyFinder {
  private static final int[] NO_KEYS = {};

  private KeyFinder() {}

  /** A key's position in the request, and what is done to it. */
  public record Key(int position, KeyAccess access) {}

  /**
   * Positions of all keys of a request that has its command's arity, unsorted. None if the arguments make no sense: then
   * the command itself says so when it runs, wherever that is.
   */
  public static int[] keyPositions(Request request) {
    Command command = request.command();
    if (command == null) {
      return NO_KEYS;
    }
    if (command.onlyKey() > 0) {
      return new int[]{command.onlyKey()};
    }
    CommandSpec spec = spec(request, command);
    if (isOneRow(spec)) {
      return positions(spec.legacyRange(), request.size());
    }
    List<Key> keys = keys(request);
    int[] positions = new int[keys.size()];
    for (int i = 0; i < positions.length; i++) {
      positions[i] = keys.get(i).position();
    }
    return positions;
  }

  private static boolean isOneRow(CommandSpec spec) {
    return spec.legacyRange().first() > 0 && !spec.flags().contains(Flag.MOVABLEKEYS)
        && spec.keys().stream().noneMatch(key -> key.access() == KeyAccess.NOT_KEY);
  }

  /** Keys in one row. Unlike specifications it also holds where the second part of the row is empty: PFMERGE of one key. */
  private static int[] positions(CommandSpec.LegacyRange range, int size) {
    int last = range.last() >= 0 ? range.last() : size + range.last();
    return IntStream.iterate(range.first(), at -> at <= last && at < size, at -> at + range.step()).toArray();
  }

  /** All keys of a request, with what is done to them; as {@link #keyPositions}. */
  public static List<Key> keys(Request request) {
    Command command = request.command();
    if (command == null) {
      return List.of();
    }
    return switch (command) {
      case SORT, SORT_RO -> sortKeys(request, command);
      case MIGRATE -> migrateKeys(request);
      case GEORADIUS, GEORADIUSBYMEMBER -> geoRadiusKeys(request, command);
      case SET -> oneKey(setAccess(request));
      case BITFIELD -> oneKey(bitfieldAccess(request));
      default -> specifiedKeys(request, spec(request, command).keys());
    };
  }

  private static CommandSpec spec(Request request, Command command) {
    SubCommand subCommand = request.subCommand();
    return subCommand == null ? command.spec() : subCommand.spec();
  }

  private static List<Key> specifiedKeys(Request request, List<KeySpec> specs) {
    List<Key> keys = new ArrayList<>();
    for (KeySpec spec : specs) {
      if (spec.access() != KeyAccess.NOT_KEY && !addKeys(request, spec, keys)) {
        return List.of();
      }
    }
    return keys;
  }

  /** False if the arguments do not fit the specification. */
  private static boolean addKeys(Request request, KeySpec spec, List<Key> keys) {
    int begin = begin(request, spec.begin());
    if (begin == 0) {
      return false;
    }
    int size = request.size();
    int first = begin;
    int last;
    int step;
    switch (spec.find()) {
      case Find.Range range -> {
        step = range.step();
        if (range.last() >= 0) {
          last = first + range.last();
        } else {
          last = range.limit() == 0
              ? size + range.last()
              : first + (size - first) / range.limit() + range.last();
        }
      }
      case Find.Count count -> {
        long keyCount = number(request, begin + count.number());
        first = begin + count.first();
        step = count.step();
        last = (int) Math.clamp(first + (keyCount - 1) * step, -1, size);
      }
      case Find.Unknown _ -> {
        return false;
      }
    }
    if (first >= size || last >= size || last < first) {
      return false;
    }
    for (int position = first; position <= last; position += step) {
      keys.add(new Key(position, spec.access()));
    }
    return true;
  }

  /** Where to begin; 0 = nowhere. */
  private static int begin(Request request, Begin begin) {
    return switch (begin) {
      case Begin.Index(int position) -> position;
      case Begin.Keyword(String word, int from) -> behind(request, word, from);
      case Begin.Unknown _ -> 0;
    };
  }

  private static int behind(Request request, String word, int from) {
    int step = from > 0 ? 1 : -1;
    for (int i = from > 0 ? from : request.size() + from; i > 0 && i < request.size(); i += step) {
      if (request.argIs(i, word)) {
        return i + 1;
      }
    }
    return 0;
  }

  /** A count of keys; 0 if it is none, which fits no specification. */
  private static long number(Request request, int position) {
    if (position >= request.size()) {
      return 0;
    }
    byte[] text = request.arg(position);
    return Numbers.isLong(text) ? Math.clamp(Numbers.parseLong(text), 0, request.size()) : 0;
  }

  private static List<Key> oneKey(KeyAccess access) {
    return List.of(new Key(1, access));
  }

  /** SORT key ... STORE destination: the last STORE counts, and words that take arguments are stepped over. */
  private static List<Key> sortKeys(Request request, Command command) {
    Key source = new Key(1, KeyAccess.RO_ACCESS);
    int destination = 0;
    for (int i = 2; command == Command.SORT && i < request.size(); i++) {
      if (request.argIs(i, "LIMIT")) {
        i += 2;
      } else if (request.argIs(i, "GET") || request.argIs(i, "BY")) {
        i++;
      } else if (request.argIs(i, "STORE") && i + 1 < request.size()) {
        destination = ++i;
      }
    }
    return destination == 0 ? List.of(source) : List.of(source, new Key(destination, KeyAccess.OW_UPDATE));
  }

  /** MIGRATE host port key|"" db timeout ... KEYS key...: behind KEYS, where the key must be empty then. */
  private static List<Key> migrateKeys(Request request) {
    int first = 3;
    int end = 4;
    for (int i = 6; i < request.size(); i++) {
      if (request.argIs(i, "KEYS")) {
        first = i + 1;
        end = request.argLength(3) == 0 ? request.size() : first;
        break;
      }
      i += wordsBehind(request, i);
    }
    List<Key> keys = new ArrayList<>();
    for (int i = first; i < end; i++) {
      keys.add(new Key(i, KeyAccess.RW_ACCESS_DELETE));
    }
    return keys;
  }

  private static int wordsBehind(Request request, int option) {
    if (request.argIs(option, "AUTH")) {
      return 1;
    }
    return request.argIs(option, "AUTH2") ? 2 : 0;
  }

  /** GEORADIUS key ... STORE|STOREDIST destination: the last one counts, but if both are there both do. */
  private static List<Key> geoRadiusKeys(Request request, Command command) {
    List<Key> specified = specifiedKeys(request, command.keys());
    if (!specified.isEmpty()) {
      return specified;
    }
    Key source = new Key(1, KeyAccess.RO_ACCESS);
    @Nullable Key destination = null;
    for (int i = command == Command.GEORADIUS ? 6 : 5; i + 1 < request.size(); i++) {
      if (request.argIs(i, "STORE") || request.argIs(i, "STOREDIST")) {
        destination = new Key(++i, KeyAccess.OW_UPDATE);
      }
    }
    return destination == null ? List.of(source) : List.of(source, destination);
  }

  /** SET shows the old value only with GET. */
  private static KeyAccess setAccess(Request request) {
    for (int i = 3; i < request.size(); i++) {
      if (request.argIs(i, "GET")) {
        return KeyAccess.RW_ACCESS_UPDATE;
      }
    }
    return KeyAccess.OW_UPDATE;
  }

  /** BITFIELD with nothing but GET only reads. */
  private static KeyAccess bitfieldAccess(Request request) {
    for (int i = 2; i < request.size(); i++) {
      if (!request.argIs(i, "GET") || i + 2 >= request.size()) {
        return KeyAccess.RW_ACCESS_UPDATE;
      }
      i += 2;
    }
    return KeyAccess.RO_ACCESS;
  }
}
