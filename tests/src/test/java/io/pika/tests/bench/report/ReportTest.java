package io.pika.tests.bench.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.pika.tests.bench.load.Outcome;
import io.pika.tests.bench.run.Case;
import io.pika.tests.bench.run.Figures;
import io.pika.tests.bench.run.Measurement;
import io.pika.tests.bench.run.Turn;
import io.pika.tests.bench.run.Workload;
import java.util.Collections;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class ReportTest {
  @Test
  void everyMeasurementHasItsLines() {
    String page = Markdown.of(report(0));
    assertThat(page).startsWith("# A <node>\n\n- one fact\n").contains(
        "| SET P16 | 2,000 | 1,000 | 2.00 | 2.00 – 2.00 |\n",
        "| SET P16 | Pika | 1.000 | 1.000 | 1.000 | 1.0 | 2,000 |\n",
        "| SET P16 | Redis | 500.00 | 1.00 | 3 | 2.00 | 4 |\n");
  }

  @Test
  void pageNeedsNothingFromElsewhere() {
    String page = Html.of(report(20));
    assertThat(page).doesNotContain("http", "<script", "<link", "@import", "url(").contains("A &lt;node&gt;",
        "<td>SET P16</td>", "<p>GET P1: &lt;refused&gt;</p>");
  }

  @Test
  void onlyLongTurnsArePlotted() {
    assertThat(Html.of(report(9))).doesNotContain("<polyline");
    assertThat(Html.of(report(10))).contains("<polyline", "SET P16: requests in each second",
        "SET P16: RSS, MB");
  }

  @Test
  void barOfTheLongestTakesTheWholeWidth() {
    String plot = Svg.bars(List.of(new Svg.Bar("a", 2), new Svg.Bar("b", 0.5)));
    assertThat(plot).contains("class='more' x='170' y='12' width='670.0'",
        "class='less' x='170' y='34' width='167.5'");
  }

  private static Report report(int seconds) {
    return new Report("A <node>", List.of("one fact"), "Pika", "Redis",
        List.of(new Measurement(new Case(Workload.SET, 16, 100), 0, figures(2000, seconds),
            figures(1000, seconds))),
        List.of("GET P1: <refused>"));
  }

  private static Figures figures(int rate, int seconds) {
    Histogram latency = new Histogram(3);
    latency.recordValueWithCount(1_000_000, rate);
    Outcome outcome = new Outcome(rate, rate, 1, latency,
        Collections.nCopies(seconds, new Outcome.Second(rate, 1 << 20)),
        4_000_000);
    return Figures.of(List.of(new Turn(outcome, 0.5, 3 << 20, 2L * rate)));
  }
}
