package io.pika.node.server;

import java.util.LinkedHashMap;
import java.util.Map;

/** One section of INFO: its name, whether it is shown without being asked for, and its lines in order. */
final class InfoSection {
  /** What INFO shows, by section. Called on a connection's event loop: short, without blocking. */
  interface Source {
    void write(int table, InfoSection section);
  }

  private final Map<String, Object> lines = new LinkedHashMap<>();

  InfoSection put(String name, Object value) {
    lines.put(name, value);
    return this;
  }

  void writeTo(String title, StringBuilder out) {
    out.append("# ").append(title).append("\r\n");
    lines.forEach((name, value) -> out.append(name).append(':').append(value).append("\r\n"));
  }
}
