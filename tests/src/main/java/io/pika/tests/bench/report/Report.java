package io.pika.tests.bench.report;

import io.pika.tests.bench.run.Measurement;
import java.util.List;

/**
 * What a run has found.
 *
 * @param facts of machine and run, one to a line
 * @param ours how the node is called in it
 * @param theirs how redis-server is
 */
public record Report(String title, List<String> facts, String ours, String theirs,
    List<Measurement> measurements) {
  public Report {
    facts = List.copyOf(facts);
    measurements = List.copyOf(measurements);
  }
}
