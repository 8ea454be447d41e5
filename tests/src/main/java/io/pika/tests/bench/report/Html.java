package io.pika.tests.bench.report;

import io.pika.tests.bench.load.Outcome;
import io.pika.tests.bench.report.Svg.Bar;
import io.pika.tests.bench.report.Svg.Series;
import io.pika.tests.bench.run.Figures;
import io.pika.tests.bench.run.Measurement;
import java.util.List;
import java.util.stream.Stream;

/** A report as one page that needs nothing else: the plots, and the tables of the Markdown below them. */
public final class Html {
  private static final double MEGABYTE = 1 << 20;
  /** A shorter turn has no course worth plotting. */
  private static final int LONG_TURN_SECONDS = 10;
  private static final String STYLE = """
      body { font: 15px/1.5 system-ui, sans-serif; max-width: 960px; margin: 2em auto; padding: 0 1em; color: #222; }
      h1 { font-size: 1.5em } h2 { font-size: 1.15em; margin-top: 2em }
      table { border-collapse: collapse; font-variant-numeric: tabular-nums; font-size: .9em }
      td, th { padding: .15em .7em; border-bottom: 1px solid #ddd; text-align: right }
      td:first-child, th:first-child { text-align: left }
      svg { width: 100%; height: auto } svg text { font: 12px system-ui, sans-serif; fill: #333 }
      .more { fill: #2f8f5b } .less { fill: #c8772e } .one { stroke: #222; stroke-dasharray: 3 3 } .grid { stroke: #ddd }
      .line0, .line1 { fill: none; stroke-width: 1.5 } .line0 { stroke: #2f6fb0 } .line1 { stroke: #b03a2f }
      svg text.name0 { fill: #2f6fb0 } svg text.name1 { fill: #b03a2f }
      """;

  private Html() {}

  public static String of(Report report) {
    StringBuilder page = new StringBuilder(
        "<!doctype html>\n<html lang='en'><head><meta charset='utf-8'><title>")
        .append(escape(report.title())).append("</title>\n<style>").append(STYLE)
        .append("</style></head><body>\n");
    page.append("<h1>").append(escape(report.title())).append("</h1>\n<ul>");
    report.facts().forEach(fact -> page.append("<li>").append(escape(fact)).append("</li>"));
    page.append("</ul>\n<h2>Requests per second, ratio to ").append(escape(report.theirs()))
        .append(" (longer is better)</h2>\n")
        .append(bars(report, Measurement::ratio))
        .append("<h2>Processor time of a request, ratio (shorter is better)</h2>\n")
        .append(bars(report, Measurement::cpuRatio))
        .append("<h2>p99 of latency, ratio (shorter is better)</h2>\n")
        .append(bars(report, each -> each.ours().latencyMs(99) / each.theirs().latencyMs(99)));
    report.measurements().stream().filter(Html::isLong).forEach(each -> page.append(course(report, each)));
    tables(page, Markdown.of(report));
    return page.append("</body></html>\n").toString();
  }

  static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("'", "&#39;");
  }

  private interface Ratio {
    double of(Measurement measurement);
  }

  private static String bars(Report report, Ratio ratio) {
    return Svg.bars(
        report.measurements().stream().map(each -> new Bar(each.subject().title(), ratio.of(each))).toList());
  }

  private static boolean isLong(Measurement each) {
    return Stream.of(each.ours(), each.theirs())
        .anyMatch(figures -> seconds(figures).size() >= LONG_TURN_SECONDS);
  }

  /** How a long turn went: the first one of each server. */
  private static String course(Report report, Measurement each) {
    return "<h2>" + escape(each.subject().title()) + ": requests in each second</h2>\n"
        + Svg.lines(List.of(replies(report.ours(), each.ours()), replies(report.theirs(), each.theirs())))
        + "<h2>" + escape(each.subject().title()) + ": RSS, MB</h2>\n"
        + Svg.lines(List.of(memory(report.ours(), each.ours()), memory(report.theirs(), each.theirs())));
  }

  private static Series replies(String name, Figures figures) {
    return new Series(name, seconds(figures).stream().map(second -> (double) second.replies()).toList());
  }

  private static Series memory(String name, Figures figures) {
    return new Series(name, seconds(figures).stream().map(second -> second.rssBytes() / MEGABYTE).toList());
  }

  private static List<Outcome.Second> seconds(Figures figures) {
    return figures.turns().getFirst().outcome().timeline();
  }

  /** Headings and tables of our own Markdown, which has no others of its means. */
  private static void tables(StringBuilder page, String markdown) {
    boolean table = false;
    boolean headed = false; // the facts above the first heading stand at the head of the page
    for (String line : markdown.lines().toList()) {
      if (line.startsWith("|---")) {
        continue;
      }
      if (line.startsWith("|")) {
        page.append(table ? "" : "<table>").append(row(line, table ? "td" : "th"));
        table = true;
      } else {
        page.append(table ? "</table>\n" : "");
        table = false;
        if (line.startsWith("## ")) {
          page.append("<h2>").append(escape(line.substring(3))).append("</h2>\n");
          headed = true;
        } else if (headed && line.startsWith("- ")) {
          page.append("<p>").append(escape(line.substring(2))).append("</p>\n");
        }
      }
    }
    page.append(table ? "</table>\n" : "");
  }

  private static String row(String line, String cell) {
    StringBuilder row = new StringBuilder("<tr>");
    for (String each : line.substring(1, line.length() - 1).split("\\|")) {
      row.append('<').append(cell).append('>').append(escape(each.strip())).append("</").append(cell)
          .append('>');
    }
    return row.append("</tr>\n").toString();
  }
}
