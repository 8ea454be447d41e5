package io.pika.node.acl;

import io.pika.core.bytes.Bytes;
import io.pika.proxy.protocol.Category;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Rights in words again, as ACLDescribeSelector of Redis 7.0: commands by the categories that fit best, and then one by
 * one, by name, where Redis has the order of a hash table.
 */
final class RuleWords {
  private RuleWords() {}

  /** Words that make the same rights from none: {@code ~*} means all keys, not one pattern among others. */
  static List<Bytes> storedWords(Selector selector) {
    Bytes star = Bytes.of("~*");
    return words(selector).stream()
        .map(word -> word.equals(star) && !selector.hasAllKeys() ? Bytes.of("%RW~*") : word).toList();
  }

  /** As people are told them. */
  static List<Bytes> words(Selector selector) {
    List<Bytes> words = new ArrayList<>();
    words.addAll(keys(selector));
    if (!selector.hasAllChannels()) {
      words.add(Bytes.of("resetchannels"));
    }
    words.addAll(channels(selector));
    words.addAll(commands(selector));
    return words;
  }

  static List<Bytes> keys(Selector selector) {
    return selector.hasAllKeys()
        ? List.of(Bytes.of("~*"))
        : selector.keys().stream().map(key -> joined(key.prefix(), key.text())).toList();
  }

  static List<Bytes> channels(Selector selector) {
    return selector.hasAllChannels()
        ? List.of(Bytes.of("&*"))
        : selector.channels().stream().map(channel -> joined("&", channel)).toList();
  }

  private static Bytes joined(String prefix, Bytes text) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(CStrings.bytes(prefix));
    out.writeBytes(text.array());
    return Bytes.of(out.toByteArray());
  }

  static List<Bytes> commands(Selector selector) {
    List<Bytes> words = new ArrayList<>();
    boolean additive = !selector.mayRun(CommandRows.FUTURE);
    Selector told = new Selector();
    if (!additive) {
      told.allowAllCommands();
    }
    words.add(Bytes.of(additive ? "-@all" : "+@all"));
    Selector left = selector.copy();
    Set<Category> applied = EnumSet.noneOf(Category.class);
    for (Category best = best(left, additive, applied); best != null; best = best(left, additive, applied)) {
      told.change(best, additive);
      left.change(best, !additive);
      applied.add(best);
      words.add(Bytes.of((additive ? "+@" : "-@") + best.name().toLowerCase(Locale.ROOT)));
    }
    singleCommands(selector, told, words);
    return words;
  }

  /** The category with the fewest commands that do not fit, of those with more that do; null: there is none. */
  private static @Nullable Category best(Selector selector, boolean additive, Set<Category> applied) {
    Category best = null;
    int fewest = Integer.MAX_VALUE;
    int most = 0;
    for (Category category : Category.values()) {
      if (applied.contains(category)) {
        continue;
      }
      int same = 0;
      int different = 0;
      for (CommandRows.Row row : CommandRows.ALL) {
        if (row.isOfRedis() && row.isIn(category)) {
          if (selector.mayRun(row.place()) == additive) {
            same++;
          } else {
            different++;
          }
        }
      }
      if (same > different && (different < fewest || different == fewest && same > most)) {
        best = category;
        fewest = different;
        most = same;
      }
    }
    return best;
  }

  private static void singleCommands(Selector selector, Selector told, List<Bytes> words) {
    for (CommandRows.Row row : CommandRows.ALL) {
      boolean allowed = selector.mayRun(row.place());
      if (allowed != told.mayRun(row.place())) {
        words.add(Bytes.of((allowed ? "+" : "-") + row.spec().redisName()));
        told.change(row, allowed);
      }
      if (!allowed) {
        selector.firstArguments(row.place()).forEach(
            word -> words.add(Bytes.of(CStrings.bytes("+" + row.spec().redisName() + "|" + word))));
      }
    }
  }

  /** Words as SETUSER takes them for one selector, quoted where they would fall apart. */
  static Bytes inParentheses(List<Bytes> words) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write('(');
    for (int i = 0; i < words.size(); i++) {
      if (i > 0) {
        out.write(' ');
      }
      out.writeBytes(quoted(words.get(i).array()));
    }
    out.write(')');
    return Bytes.of(out.toByteArray());
  }

  private static byte[] quoted(byte[] word) {
    boolean plain = word.length > 0;
    StringBuilder quoted = new StringBuilder("\"");
    for (byte each : word) {
      boolean letter = each > ' ' && each < 127 && each != '"' && each != '\'' && each != '\\';
      plain &= letter;
      quoted.append(letter ? (char) each : String.format(Locale.ROOT, "\\x%02x", each & 0xff));
    }
    return plain ? word : CStrings.bytes(quoted.append('"').toString());
  }
}
