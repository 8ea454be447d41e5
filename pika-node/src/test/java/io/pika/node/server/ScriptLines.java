package io.pika.node.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.pika.testkit.wire.RespConnection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Commands of a resource, one to a line: words are separated by a bar, "\N" is a line end. */
final class ScriptLines {
  private ScriptLines() {}

  static List<String[]> of(String resource) throws IOException {
    List<String[]> commands = new ArrayList<>();
    try (var in = ScriptLines.class.getResourceAsStream(resource)) {
      assertThat(in).isNotNull();
      for (String line : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
        if (!line.isBlank() && !line.startsWith("##")) {
          String[] words = line.split("¦");
          for (int i = 0; i < words.length; i++) {
            words[i] = words[i].replace("\\N", "\n");
          }
          commands.add(words);
        }
      }
    }
    return commands;
  }

  static String answer(RespConnection connection, String... command) throws IOException {
    connection.send(command);
    connection.flush();
    return new String(connection.readRaw(), StandardCharsets.ISO_8859_1);
  }
}
