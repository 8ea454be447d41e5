package io.pika.cli.show;

import java.io.PrintWriter;
import java.util.List;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Where the command line writes to. Results go to {@code out} in the form that was asked for; everything that is
 * not a result (progress, hints, errors) goes to {@code err}, so that a pipe gets results only.
 */
public final class Screen {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final String BOLD = "\u001b[1m";
  private static final String PLAIN = "\u001b[0m";

  private final PrintWriter out;
  private final PrintWriter err;
  private final TerminalTraits traits;
  private OutputForm form = OutputForm.TABLE;

  /**
   * @param outIsTerminal somebody reads {@code out} as it comes
   * @param errIsTerminal progress may be drawn over itself
   * @param columns width of the terminal; 0 when it is not known
   * @param styled bold and colours are wanted (NO_COLOR is not set)
   */
  public record TerminalTraits(boolean outIsTerminal, boolean errIsTerminal, int columns, boolean styled) {
    public static final TerminalTraits NONE = new TerminalTraits(false, false, 0, false);
  }

  public Screen(PrintWriter out, PrintWriter err, TerminalTraits traits) {
    this.out = out;
    this.err = err;
    this.traits = traits;
  }

  public void use(OutputForm chosen) {
    this.form = chosen;
  }

  public OutputForm form() {
    return form;
  }

  public TerminalTraits traits() {
    return traits;
  }

  public PrintWriter out() {
    return out;
  }

  public PrintWriter err() {
    return err;
  }

  /** A list: as a table, as JSON exactly as the manager gave it, or as lines of tab-separated cells. */
  public void list(JsonNode data, List<Column> columns, Iterable<JsonNode> rows) {
    switch (form) {
      case JSON -> json(data);
      case TSV -> TextTable.tsv(columns, rows).forEach(out::println);
      case TABLE -> {
        List<String> lines = TextTable.lines(columns, rows, traits.outIsTerminal() ? traits.columns() : 0);
        for (int i = 0; i < lines.size(); i++) {
          out.println(i == 0 && traits.outIsTerminal() && traits.styled()
              ? BOLD + lines.get(i) + PLAIN
              : lines.get(i));
        }
      }
    }
    out.flush();
  }

  /** One thing, a field to a line. */
  public void card(JsonNode data, List<Column> fields) {
    switch (form) {
      case JSON -> json(data);
      case TSV -> TextTable.tsv(fields, List.of(data)).forEach(out::println);
      case TABLE -> TextTable.card(fields, data).forEach(out::println);
    }
    out.flush();
  }

  /** The result of a change: a sentence for people, the answer for programs. */
  public void done(JsonNode data, String sentence) {
    if (form == OutputForm.JSON) {
      json(data);
    } else {
      say(sentence);
    }
  }

  public void json(JsonNode data) {
    out.println(JSON.writerWithDefaultPrettyPrinter().writeValueAsString(data));
    out.flush();
  }

  /** A line for people that is the result. */
  public void say(String line) {
    out.println(line);
    out.flush();
  }

  /** A line for people beside the result. */
  public void hint(String line) {
    err.println(line);
    err.flush();
  }
}
