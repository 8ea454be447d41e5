package io.pika.cli.show;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ScreenTest {
  private static final JsonNode DATA = JsonMapper.shared().readTree("""
      {"tables": [
        {"name": "default", "slots": 64, "blocked": false, "bytes": 1536, "nodes": [1, 2]},
        {"name": "sh\\u001b[31mop", "slots": 16384, "blocked": true, "note": null}]}
      """);
  private static final List<Column> COLUMNS = List.of(Column.of("name", "name"),
      Column.number("slots", "slots"),
      Column.of("blocked", "blocked"), Column.bytes("size", "bytes"), Column.of("nodes", "nodes"));

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private Screen screen(Screen.TerminalTraits traits) {
    return new Screen(new PrintWriter(out), new PrintWriter(err), traits);
  }

  @Test
  void columnsAreAlignedAndControlCharactersAreHarmless() {
    screen(Screen.TerminalTraits.NONE).list(DATA, COLUMNS, DATA.path("tables"));
    assertThat(out).hasToString("""
        NAME       SLOTS  BLOCKED     SIZE  NODES
        default       64  no       1.5 KiB  1,2
        sh?[31mop  16384  yes
        """);
  }

  @Test
  void lastColumnIsCutToTheTerminal() {
    List<Column> columns = List.of(Column.of("name", "name"), Column.computed("text", row -> "x".repeat(50)));
    screen(new Screen.TerminalTraits(true, true, 30, false)).list(DATA, columns, DATA.path("tables"));
    assertThat(out.toString().lines()).allMatch(line -> line.length() <= 30)
        .anyMatch(line -> line.endsWith("…"));
  }

  @Test
  void jsonIsWhatTheManagerSaid() {
    Screen screen = screen(Screen.TerminalTraits.NONE);
    screen.use(OutputForm.JSON);
    screen.list(DATA, COLUMNS, DATA.path("tables"));
    assertThat(JsonMapper.shared().readTree(out.toString())).isEqualTo(DATA);
  }

  @Test
  void tsvHasNoTitlesAndOneTabBetweenCells() {
    Screen screen = screen(Screen.TerminalTraits.NONE);
    screen.use(OutputForm.TSV);
    screen.list(DATA, COLUMNS, DATA.path("tables"));
    assertThat(out.toString().lines().findFirst()).contains("default\t64\tno\t1.5 KiB\t1,2");
  }

  @Test
  void progressIsLinesWhereThereIsNoTerminal() {
    try (Progress progress = new Progress(screen(Screen.TerminalTraits.NONE))) {
      progress.waiting("waiting for node-1");
      progress.waiting("waiting for node-1");
      progress.done("node-1 serves");
    }
    assertThat(err).hasToString("… waiting for node-1\n✓ node-1 serves\n");
    assertThat(out).hasToString("");
  }

  @Test
  void progressIsOneLineOnATerminal() {
    try (Progress progress = new Progress(screen(new Screen.TerminalTraits(true, true, 12, true)))) {
      progress.waiting("waiting for node-1");
      progress.waiting("waiting for node-1");
    }
    assertThat(err.toString()).doesNotContain("\n").contains("\r").contains("| waiting f");
  }

  @Test
  void barFillsAsStepsAreDone() {
    assertThat(Progress.bar(0, 4)).isEqualTo("[........................] 0 of 4");
    assertThat(Progress.bar(2, 4)).isEqualTo("[############............] 2 of 4");
    assertThat(Progress.bar(0, 0)).endsWith("0 of 0");
  }

  @Test
  void sizesAndTimesAreShort() {
    assertThat(Cells.bytes(0)).isEqualTo("0 B");
    assertThat(Cells.bytes(1023)).isEqualTo("1023 B");
    assertThat(Cells.bytes(5L << 30)).isEqualTo("5.0 GiB");
    assertThat(Cells.bytes(300L << 20)).isEqualTo("300 MiB");
    assertThat(Cells.duration(Duration.ofSeconds(59))).isEqualTo("59s");
    assertThat(Cells.duration(Duration.ofMinutes(61))).isEqualTo("1h 1m");
    assertThat(Cells.duration(Duration.ofHours(49))).isEqualTo("2d 1h");
  }
}
