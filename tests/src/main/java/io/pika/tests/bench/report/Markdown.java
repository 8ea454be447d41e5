package io.pika.tests.bench.report;

import io.pika.tests.bench.run.Figures;
import io.pika.tests.bench.run.Measurement;
import java.util.Locale;

/** A report as Markdown. */
public final class Markdown {
  private static final double MEGABYTE = 1 << 20;

  private Markdown() {}

  public static String of(Report report) {
    StringBuilder page = new StringBuilder("# ").append(report.title()).append("\n\n");
    report.facts().forEach(fact -> page.append("- ").append(fact).append('\n'));
    page.append("\n## Requests per second\n\n| | ").append(report.ours()).append(" | ")
        .append(report.theirs())
        .append(" | ratio | lowest – highest |\n|---|---|---|---|---|\n");
    report.measurements().forEach(each -> page.append(rates(each)));
    page.append(
        "\n## Latency, ms\n\n| | of | p50 | p99 | p99.9 | longest | at requests/s |\n|---|---|---|---|---|---|---|\n");
    for (Measurement each : report.measurements()) {
      page.append(latency(each, report.ours(), each.ours()))
          .append(latency(each, report.theirs(), each.theirs()));
    }
    page.append(
        "\n## What it takes\n\n| | of | CPU s per million | ratio | RSS, MB | bytes to disk per byte sent "
            + "| longest time without a reply, ms |\n|---|---|---|---|---|---|---|\n");
    for (Measurement each : report.measurements()) {
      page.append(costs(each, report.ours(), each.ours(), each.cpuRatio()))
          .append(costs(each, report.theirs(), each.theirs(), 1));
    }
    if (!report.failures().isEmpty()) {
      page.append("\n## What could not be measured\n\n");
      report.failures().forEach(each -> page.append("- ").append(each).append('\n'));
    }
    return page.toString();
  }

  /** One line of the table of rates, as it is also shown while the run goes on. */
  public static String rates(Measurement each) {
    return line("| %s | %,.0f | %,.0f | %.2f | %.2f – %.2f |%n", each.subject().title(),
        each.ours().perSecond(),
        each.theirs().perSecond(), each.ratio(), each.lowestRatio(), each.highestRatio());
  }

  private static String latency(Measurement each, String name, Figures figures) {
    return line("| %s | %s | %.3f | %.3f | %.3f | %.1f | %,.0f |%n", each.subject().title(), name,
        figures.latencyMs(50), figures.latencyMs(99), figures.latencyMs(99.9), figures.latencyMs(100),
        figures.perSecond());
  }

  private static String costs(Measurement each, String name, Figures figures, double ratio) {
    return line("| %s | %s | %.2f | %.2f | %.0f | %.2f | %.0f |%n", each.subject().title(), name,
        figures.cpuSecondsPerMillion(), ratio, figures.rssBytes() / MEGABYTE, figures.writtenPerSent(),
        figures.longestStallMs());
  }

  private static String line(String format, Object... values) {
    return String.format(Locale.ROOT, format, values).replace(System.lineSeparator(), "\n");
  }
}
