package io.pika.tests.bench.report;

import io.pika.tests.bench.run.Measurement;
import java.util.List;

/**
 * What a run has found.
 *
 * @param facts of machine and run, one to a line
 * @param ours how the node is called in it
 * @param theirs how redis-server is
 * @param failures what could not be measured, and why
 */
public record Report(String title, List<String> facts, String ours, String theirs,
    List<Measurement> measurements,
    List<String> failures) {
  public Report {
    facts = List.copyOf(facts);
    measurements = List.copyOf(measurements);
    failures = List.copyOf(failures);
  }
}
