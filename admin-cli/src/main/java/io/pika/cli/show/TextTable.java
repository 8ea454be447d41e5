package io.pika.cli.show;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import tools.jackson.databind.JsonNode;

/** Lays rows out in columns. Control characters in values are shown as {@code ?}: they come from outside. */
final class TextTable {
  private static final String GAP = "  ";
  private static final int LEAST_WIDTH = 8;

  private TextTable() {}

  /** @param width cells of the last column are cut to fit; 0: nothing is cut */
  static List<String> lines(List<Column> columns, Iterable<JsonNode> rows, int width) {
    List<List<String>> cells = new ArrayList<>();
    cells.add(columns.stream().map(column -> column.title().toUpperCase(Locale.ROOT)).toList());
    rows.forEach(row -> cells.add(columns.stream().map(column -> clean(column.cell().apply(row))).toList()));
    int[] widths = new int[columns.size()];
    for (List<String> line : cells) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], line.get(i).length());
      }
    }
    List<String> lines = new ArrayList<>();
    for (List<String> line : cells) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < widths.length; i++) {
        text.append(i == 0 ? "" : GAP);
        boolean last = i == widths.length - 1;
        String cell = last ? cut(line.get(i), width - text.length()) : line.get(i);
        text.append(padded(cell, columns.get(i).align(), widths[i], last));
      }
      lines.add(text.toString().stripTrailing());
    }
    return lines;
  }

  static List<String> card(List<Column> fields, JsonNode data) {
    int width = fields.stream().mapToInt(field -> field.title().length()).max().orElse(0);
    return fields.stream()
        .map(field -> padded(field.title(), Column.Align.LEFT, width, false) + GAP
            + clean(field.cell().apply(data)))
        .map(String::stripTrailing).toList();
  }

  static List<String> tsv(List<Column> columns, Iterable<JsonNode> rows) {
    List<String> lines = new ArrayList<>();
    rows.forEach(row -> lines.add(
        columns.stream().map(column -> clean(column.cell().apply(row))).collect(Collectors.joining("\t"))));
    return lines;
  }

  private static String cut(String cell, int room) {
    return room < LEAST_WIDTH || cell.length() <= room ? cell : cell.substring(0, room - 1) + "…";
  }

  private static String padded(String cell, Column.Align align, int width, boolean last) {
    String blanks = " ".repeat(Math.max(0, width - cell.length()));
    return switch (align) {
      case RIGHT -> last && cell.isEmpty() ? cell : blanks + cell;
      case LEFT -> cell + blanks;
    };
  }

  private static String clean(String cell) {
    return cell.codePoints().map(each -> Character.isISOControl(each) ? '?' : each)
        .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append).toString();
  }
}
