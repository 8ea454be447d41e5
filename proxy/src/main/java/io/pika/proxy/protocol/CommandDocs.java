package io.pika.proxy.protocol;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is told to people about each row of the command table, from commands.txt beside this class. Read on first use,
 * for COMMAND DOCS and the documentation only.
 */
public final class CommandDocs {
  /**
   * @param since version of Redis, or "Pika" for what only Pika has
   * @param complexity "O(1)", empty if it depends
   * @param tips hints for clients and proxies, in Redis's words
   * @param deprecatedSince empty = not deprecated
   * @param replacedBy what to use instead of a deprecated command
   * @param system true = of use to servers only
   */
  public record Doc(String since, String complexity, String summary, List<String> tips,
      String deprecatedSince,
      String replacedBy, boolean system) {
    public boolean deprecated() {
      return !deprecatedSince.isEmpty();
    }
  }

  private static final Map<String, Doc> BY_NAME = read();

  private CommandDocs() {}

  public static Doc of(CommandSpec spec) {
    Doc doc = BY_NAME.get(spec.redisName());
    if (doc == null) {
      throw new IllegalStateException("commands.txt has no line for " + spec.redisName());
    }
    return doc;
  }

  /** Names as {@link CommandSpec#redisName}, sorted. */
  static List<String> names() {
    return List.copyOf(BY_NAME.keySet());
  }

  private static Map<String, Doc> read() {
    Map<String, Doc> docs = new TreeMap<>();
    @Nullable InputStream file = CommandDocs.class.getResourceAsStream("commands.txt");
    if (file == null) {
      throw new IllegalStateException("commands.txt is not beside the command table");
    }
    try (BufferedReader lines = new BufferedReader(new InputStreamReader(file, StandardCharsets.UTF_8))) {
      lines.lines().filter(line -> !line.startsWith("#")).forEach(line -> {
        String[] fields = line.split(" \\| ");
        docs.put(fields[0].toLowerCase(Locale.ROOT).replace(' ', '|'), parse(fields));
      });
    } catch (IOException trouble) {
      throw new UncheckedIOException(trouble);
    }
    return docs;
  }

  private static Doc parse(String[] fields) {
    List<String> tips = List.of();
    String[] replaced = {"", ""};
    boolean system = false;
    for (int i = 4; i < fields.length; i++) {
      String[] extra = fields[i].split(": ", 2);
      switch (extra[0]) {
        case "tips" -> tips = List.of(extra[1].split(" "));
        case "replaced" -> replaced = extra[1].split(" ", 2);
        case "system" -> system = true;
        default -> throw new IllegalStateException("commands.txt says of " + fields[0] + ": " + fields[i]);
      }
    }
    String complexity = fields[2].equals("-") ? "" : fields[2];
    return new Doc(fields[1], complexity, fields[3], tips, replaced[0], replaced[1], system);
  }
}
