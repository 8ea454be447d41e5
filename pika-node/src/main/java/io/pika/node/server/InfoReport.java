package io.pika.node.server;

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

  private record Section(String title, boolean byDefault, InfoSection.Source source) {}

  private final List<Section> sections = new ArrayList<>();

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
    reply.complete(Reply.verbatim("txt", text(connection.session().table(), asked)));
  }

  String text(int table, Set<String> asked) {
    boolean all = asked.contains("all") || asked.contains("everything");
    boolean defaults = asked.isEmpty() || asked.contains("default");
    StringBuilder out = new StringBuilder();
    for (Section section : sections) {
      if (all || defaults && section.byDefault || asked.contains(section.title.toLowerCase(Locale.ROOT))) {
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
