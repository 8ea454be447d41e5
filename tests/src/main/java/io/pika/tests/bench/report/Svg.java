package io.pika.tests.bench.report;

import java.util.List;
import java.util.Locale;

/** Plots as SVG text within a page: no script, nothing fetched from elsewhere. */
final class Svg {
  private static final int WIDTH = 900;
  private static final int LEFT = 170;
  private static final int RIGHT = 60;
  private static final int BAR = 16;
  private static final int ROW = 22;
  private static final int LINE_HEIGHT = 220;
  private static final int BOTTOM = 28;
  private static final int TOP = 12;
  private static final int GRID_LINES = 4;

  private Svg() {}

  /** @param value shown as long as its share of the longest one */
  record Bar(String label, double value) {}

  /**
   * Lines that share both axes.
   *
   * @param points one for each second
   */
  record Series(String name, List<Double> points) {
    Series {
      points = List.copyOf(points);
    }
  }

  /** Horizontal bars, one below the other, with a mark at one: better and worse than the other server. */
  static String bars(List<Bar> bars) {
    double longest = Math.max(1.2, bars.stream().mapToDouble(Bar::value).max().orElse(1));
    int height = bars.size() * ROW + TOP + BOTTOM;
    StringBuilder svg = open(height);
    double scale = (WIDTH - LEFT - RIGHT) / longest;
    for (int i = 0; i < bars.size(); i++) {
      Bar bar = bars.get(i);
      int y = TOP + i * ROW;
      text(svg, LEFT - 8, y + BAR - 3, "end", bar.label());
      svg.append(format("<rect class='%s' x='%d' y='%d' width='%.1f' height='%d'/>",
          bar.value() >= 1 ? "more" : "less",
          LEFT, y, bar.value() * scale, BAR));
      text(svg, LEFT + bar.value() * scale + 6, y + BAR - 3, "start", format("%.2f", bar.value()));
    }
    double one = LEFT + scale;
    svg.append(format("<line class='one' x1='%.1f' x2='%.1f' y1='%d' y2='%d'/>", one, one, TOP - 4,
        height - BOTTOM));
    text(svg, one, height - BOTTOM + 16, "middle", "1");
    return svg.append("</svg>").toString();
  }

  /** Lines over the seconds of a turn. */
  static String lines(List<Series> series) {
    int seconds = series.stream().mapToInt(each -> each.points().size()).max().orElse(0);
    double most = series.stream().flatMap(each -> each.points().stream()).mapToDouble(each -> each).max()
        .orElse(0);
    if (seconds < 2 || most <= 0) {
      return "";
    }
    StringBuilder svg = open(LINE_HEIGHT);
    grid(svg, most, seconds);
    for (int i = 0; i < series.size(); i++) {
      polyline(svg, series.get(i), i, seconds, most);
    }
    return svg.append("</svg>").toString();
  }

  private static void grid(StringBuilder svg, double most, int seconds) {
    for (int i = 0; i <= GRID_LINES; i++) {
      double y = y(most * i / GRID_LINES, most);
      svg.append(
          format("<line class='grid' x1='%d' x2='%d' y1='%.1f' y2='%.1f'/>", LEFT, WIDTH - RIGHT, y, y));
      text(svg, LEFT - 8, y + 4, "end", format("%,.0f", most * i / GRID_LINES));
    }
    text(svg, LEFT, LINE_HEIGHT - 8, "middle", "1 s");
    text(svg, WIDTH - RIGHT, LINE_HEIGHT - 8, "middle", seconds + " s");
  }

  private static void polyline(StringBuilder svg, Series series, int number, int seconds, double most) {
    svg.append("<polyline class='line").append(number % 2).append("' points='");
    for (int i = 0; i < series.points().size(); i++) {
      double x = LEFT + (WIDTH - LEFT - RIGHT) * (double) i / (seconds - 1);
      svg.append(format("%.1f,%.1f ", x, y(series.points().get(i), most)));
    }
    svg.append("'/>");
    text(svg, WIDTH - RIGHT + 4, TOP + 12 + 16 * number, "start", series.name(), "name" + number % 2);
  }

  private static double y(double value, double most) {
    return TOP + (LINE_HEIGHT - TOP - BOTTOM) * (1 - value / most);
  }

  private static StringBuilder open(int height) {
    return new StringBuilder(format("<svg viewBox='0 0 %d %d' role='img'>", WIDTH, height));
  }

  private static void text(StringBuilder svg, double x, double y, String anchor, String text) {
    text(svg, x, y, anchor, text, "label");
  }

  private static void text(StringBuilder svg, double x, double y, String anchor, String text, String kind) {
    svg.append(format("<text class='%s' x='%.1f' y='%.1f' text-anchor='%s'>", kind, x, y, anchor))
        .append(Html.escape(text)).append("</text>");
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
