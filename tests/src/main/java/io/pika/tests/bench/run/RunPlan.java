package io.pika.tests.bench.run;

import io.pika.tests.bench.load.Distribution;
import io.pika.tests.bench.server.Durability;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What is measured, and how.
 *
 * @param keys strings, or elements of collections; fewer where values are so big that it would be too much data
 * @param turn how long each server is under load in a round
 * @param warmUpTurns of each server with each command before it is measured, at most: until it gets no faster
 */
public record RunPlan(List<Workload> workloads, List<Integer> pipelines, List<Integer> valueSizes,
    int connections,
    int keys, Distribution distribution, int rounds, Duration turn, int warmUpTurns, Durability against,
    Pacing pacing) {
  public static final int USUAL_VALUE_BYTES = 100;
  static final Duration WARM_UP_TURN = Duration.ofSeconds(1);
  private static final long MOST_DATA_BYTES = 400L << 20;

  /** How fast requests come. */
  public enum Pacing {
    /** As fast as the server answers. */
    FULL,
    /** At half of what the slower server can do, evenly, whatever the server does. */
    HALF
  }

  public RunPlan {
    workloads = List.copyOf(workloads);
    pipelines = List.copyOf(pipelines);
    valueSizes = List.copyOf(valueSizes);
  }

  /** In the order in which they are measured. */
  public List<Case> cases() {
    List<Case> cases = new ArrayList<>();
    for (Workload workload : workloads) {
      List<Integer> sizes = workload.hasValues() ? valueSizes : valueSizes.subList(0, 1);
      for (int size : sizes) {
        pipelines.forEach(pipeline -> cases.add(new Case(workload, pipeline, size)));
      }
    }
    return cases;
  }

  /** So many strings, or elements of collections. */
  int elements(int valueBytes) {
    return (int) Math.min(keys, MOST_DATA_BYTES / valueBytes);
  }
}
