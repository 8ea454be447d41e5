package io.pika.node.server;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.ArrayList;
import java.util.List;
import java.util.function.DoubleSupplier;

/** What {@code /metrics} shows. Values are read when they are asked for; nothing is kept here. */
final class NodeMetrics implements AutoCloseable {
  private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final JvmGcMetrics garbage = new JvmGcMetrics();
  /** The registry itself refers to what it counts only weakly. */
  private final List<DoubleSupplier> kept = new ArrayList<>();

  NodeMetrics(Counters commands) {
    registry.getPrometheusRegistry().register(new CommandMetrics(commands));
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new UptimeMetrics().bindTo(registry);
    garbage.bindTo(registry);
  }

  /** A number that goes up and down. */
  NodeMetrics gauge(String name, String help, DoubleSupplier value) {
    Gauge.builder(name, value, DoubleSupplier::getAsDouble).description(help).strongReference(true)
        .register(registry);
    return this;
  }

  /** A number that only grows. */
  NodeMetrics counter(String name, String help, DoubleSupplier value) {
    kept.add(value);
    FunctionCounter.builder(name, value, DoubleSupplier::getAsDouble).description(help).register(registry);
    return this;
  }

  String scrape() {
    return registry.scrape();
  }

  @Override
  public void close() {
    garbage.close();
    registry.close();
  }
}
