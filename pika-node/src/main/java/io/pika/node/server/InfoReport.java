package io.pika.node.server;

import io.pika.core.model.Table;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/** INFO: sections with Redis's names and fields where they mean the same, about the session's own table. */
final class InfoReport {
  /** Clients look at this field to know which commands and protocol they may use. */
  static final String REDIS_VERSION = "7.0.15";

  private static final String KEYSPACE = "keyspace";

  private record Section(String title, boolean byDefault, InfoSection.Source source) {}

  private final List<Section> sections = new ArrayList<>();
  private final KeyCounts keys;
  private final KeyCountsByType byType;

  InfoReport(KeyCounts keys, KeyCountsByType byType) {
    this.keys = keys;
    this.byType = byType;
  }

  /** Sections are shown in the order in which they were added. */
  InfoReport section(String title, InfoSection.Source source) {
    sections.add(new Section(title, true, source));
    return this;
  }

  /** A section that is shown only when asked for by its name, or by {@code all}. */
  InfoReport detail(String title, InfoSection.Source source) {
    sections.add(new Section(title, false, source));
    return this;
  }

  void run(ClientConnection connection, Request request, PendingReply reply) {
    Set<String> asked = new TreeSet<>();
    for (Args args = new Args(request, 1); args.hasNext();) {
      asked.add(args.takeText().toLowerCase(Locale.ROOT));
    }
    Table table = connection.table();
    if (table == null || !isShown(KEYSPACE, true, asked)) {
      reply.complete(Reply.verbatim("txt", text(connection.session().table(), asked)));
      return;
    }
    if (request.size() == 3 && request.argIs(1, "KEYSPACE") && request.argIs(2, "1")) {
      byType.start(table);
      asked.remove("1");
    }
    keys.get(table,
        count -> reply
            .complete(Reply.verbatim("txt", text(table.id(), asked) + keyspace(table, count, asked))));
  }

  /** The last section: counting keys takes a while. Counts of types are for who asks for this section alone. */
  private String keyspace(Table table, long count, Set<String> asked) {
    String lines = count <= 0 ? "" : "db" + table.id() + ":keys=" + count + ",expires=0,avg_ttl=0\r\n";
    boolean alone = asked.size() == 1 && asked.contains(KEYSPACE);
    return (alone ? "" : "\r\n") + "# Keyspace\r\n" + lines + (alone ? byType.lines(table) : "");
  }

  private static boolean isShown(String section, boolean byDefault, Set<String> asked) {
    return asked.contains("all") || asked.contains("everything") || asked.contains(section)
        || (byDefault && (asked.isEmpty() || asked.contains("default")));
  }

  String text(int table, Set<String> asked) {
    StringBuilder out = new StringBuilder();
    for (Section section : sections) {
      if (isShown(section.title.toLowerCase(Locale.ROOT), section.byDefault, asked)) {
        if (!out.isEmpty()) {
          out.append("\r\n");
        }
        InfoSection lines = new InfoSection();
        section.source.write(table, lines);
        lines.writeTo(section.title, out);
      }
    }
    return out.toString();
  }
}
