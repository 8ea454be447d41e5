package io.pika.node.server;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;

/** The node's {@link Counters} as Prometheus reads them: latency by command, refusals, errors by code. */
final class CommandMetrics implements MultiCollector {
  private static final double MICROS_PER_SECOND = 1e6;

  private final Counters counters;

  CommandMetrics(Counters counters) {
    this.counters = counters;
  }

  @Override
  public MetricSnapshots collect() {
    HistogramSnapshot.Builder latency = HistogramSnapshot.builder().name("pika_command_duration_seconds")
        .help("From reading a command to its reply leaving, by command");
    CounterSnapshot.Builder failed = CounterSnapshot.builder().name("pika_command_failures")
        .help("Commands that ran and were answered with an error, by command");
    CounterSnapshot.Builder rejected = CounterSnapshot.builder().name("pika_command_rejections")
        .help("Commands that were refused before they ran, by command");
    counters.forEach((command, of) -> {
      Labels label = Labels.of("command", command.redisName());
      ClassicHistogramBuckets.Builder buckets = ClassicHistogramBuckets.builder();
      for (int i = 0; i < of.histogram.length; i++) {
        double bound = i < Counters.BOUNDS_MICROS.length
            ? Counters.BOUNDS_MICROS[i] / MICROS_PER_SECOND
            : Double.POSITIVE_INFINITY;
        buckets.bucket(bound, of.histogram[i].sum());
      }
      latency.dataPoint(HistogramSnapshot.HistogramDataPointSnapshot.builder().labels(label)
          .sum(of.micros.sum() / MICROS_PER_SECOND).classicHistogramBuckets(buckets.build()).build());
      failed.dataPoint(point(label, of.failed.sum()));
      rejected.dataPoint(point(label, of.rejected.sum()));
    });
    CounterSnapshot.Builder errors = CounterSnapshot.builder().name("pika_error_replies")
        .help("Error replies, by their code");
    counters.errors().forEach((code, count) -> errors.dataPoint(point(Labels.of("code", code), count)));
    return MetricSnapshots.of(latency.build(), failed.build(), rejected.build(), errors.build());
  }

  private static CounterSnapshot.CounterDataPointSnapshot point(Labels labels, double value) {
    return CounterSnapshot.CounterDataPointSnapshot.builder().labels(labels).value(value).build();
  }
}
