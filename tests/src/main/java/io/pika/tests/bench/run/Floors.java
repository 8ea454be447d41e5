package io.pika.tests.bench.run;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The ratios that a measurement must not fall below, by its title. As a file: a line for each, such as {@code SET P16 0.55};
 * lines that begin with {@code #} are comments.
 */
public record Floors(Map<String, Double> byTitle) {
  /** What a ratio may lose before it counts: machines differ, and are never wholly quiet. */
  private static final double MARGIN = 0.75;

  public Floors {
    byTitle = new LinkedHashMap<>(byTitle);
  }

  /** One measurement beside its floor. */
  public record Finding(String title, double ratio, double floor) {
    public boolean isBelow() { return ratio < floor; }
  }

  public static Floors parse(List<String> lines) {
    Map<String, Double> floors = new LinkedHashMap<>();
    for (String line : lines) {
      if (!line.isBlank() && !line.startsWith("#")) {
        int end = line.strip().lastIndexOf(' ');
        floors.put(line.strip().substring(0, end).strip(),
            Double.parseDouble(line.strip().substring(end + 1)));
      }
    }
    return new Floors(floors);
  }

  /** What was measured, less the margin. */
  public static Floors below(List<Measurement> measurements) {
    Map<String, Double> floors = new LinkedHashMap<>();
    measurements.forEach(each -> floors.put(each.subject().title(), each.ratio() * MARGIN));
    return new Floors(floors);
  }

  public List<String> lines() {
    return byTitle.entrySet().stream()
        .map(each -> String.format(Locale.ROOT, "%s %.2f", each.getKey(), each.getValue()))
        .toList();
  }

  /** @throws IllegalStateException when a measurement has no floor */
  public List<Finding> judge(List<Measurement> measurements) {
    List<Finding> findings = new ArrayList<>();
    for (Measurement each : measurements) {
      Double floor = byTitle.get(each.subject().title());
      if (floor == null) {
        throw new IllegalStateException("there is no floor for " + each.subject().title());
      }
      findings.add(new Finding(each.subject().title(), each.ratio(), floor));
    }
    return findings;
  }
}
