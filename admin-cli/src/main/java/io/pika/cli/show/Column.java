package io.pika.cli.show;

import java.util.function.Function;
import tools.jackson.databind.JsonNode;

/** One column of a table: its title and how a row's cell is written. */
public record Column(String title, Align align, Function<JsonNode, String> cell) {
  public enum Align {
    LEFT, RIGHT
  }

  /** The field of that name as it is; what is not there is empty. */
  public static Column of(String title, String field) {
    return new Column(title, Align.LEFT, row -> Cells.text(row.path(field)));
  }

  public static Column number(String title, String field) {
    return new Column(title, Align.RIGHT, row -> Cells.text(row.path(field)));
  }

  public static Column bytes(String title, String field) {
    return new Column(title, Align.RIGHT,
        row -> row.path(field).isNumber() ? Cells.bytes(row.path(field).asLong()) : "");
  }

  public static Column computed(String title, Function<JsonNode, String> cell) {
    return new Column(title, Align.LEFT, cell);
  }
}
