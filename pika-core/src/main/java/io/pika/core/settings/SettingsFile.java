package io.pika.core.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.dataformat.yaml.YAMLFactory;

/**
 * Reads a settings file: YAML, one flat mapping of names to scalars or lists of scalars. Scalars are taken as they
 * are written, so {@code 010} stays {@code 010} and {@code no} stays {@code no}.
 */
final class SettingsFile {
  /** @param line from 1 */
  record Line(String name, String value, int line) {}

  private final Path file;
  private final List<Line> lines = new ArrayList<>();
  private final List<String> problems = new ArrayList<>();

  private SettingsFile(Path file) {
    this.file = file;
  }

  static List<Line> read(Path file) throws SettingsException {
    SettingsFile reader = new SettingsFile(file);
    try {
      reader.parse(Files.readString(file));
    } catch (NoSuchFileException missing) {
      throw new SettingsException(List.of("there is no settings file " + file));
    } catch (IOException trouble) {
      throw new SettingsException(
          List.of("cannot read the settings file " + file + ": " + trouble.getMessage()));
    } catch (JacksonException noYaml) {
      TokenStreamLocation at = noYaml.getLocation();
      throw new SettingsException(List.of(file + (at == null ? "" : ":" + at.getLineNr())
          + ": this is not YAML: " + firstLine(noYaml.getOriginalMessage())));
    }
    if (!reader.problems.isEmpty()) {
      throw new SettingsException(reader.problems);
    }
    return reader.lines;
  }

  private void parse(String text) {
    try (JsonParser parser = new YAMLFactory().createParser(ObjectReadContext.empty(), text)) {
      JsonToken first = parser.nextToken();
      if (first == null || first == JsonToken.VALUE_NULL) {
        return; // nothing but comments
      }
      if (first != JsonToken.START_OBJECT) {
        refuse(1, "settings are written as \"name: value\", one to a line");
        return;
      }
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        entry(parser);
      }
    }
  }

  private void entry(JsonParser parser) {
    String name = parser.getString();
    int line = parser.currentTokenLocation().getLineNr();
    JsonToken token = parser.nextToken();
    if (token == JsonToken.START_OBJECT) {
      refuse(line, name + " has settings below it; settings are flat, each is one line");
      parser.skipChildren();
    } else if (token == JsonToken.VALUE_NULL) {
      refuse(line, name + " has no value; write \"\" for an empty one, or put # before the line");
    } else if (token == JsonToken.START_ARRAY) {
      StringJoiner values = new StringJoiner(",");
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        if (parser.currentToken().isStructStart()) {
          refuse(line, name + " is a list of something else than plain values");
          parser.skipChildren();
        } else {
          values.add(parser.getString());
        }
      }
      lines.add(new Line(name, values.toString(), line));
    } else {
      lines.add(new Line(name, parser.getString(), line));
    }
  }

  private void refuse(int line, String problem) {
    problems.add(file + ":" + line + ": " + problem);
  }

  private static String firstLine(String message) {
    return message.lines().findFirst().orElse("");
  }
}
