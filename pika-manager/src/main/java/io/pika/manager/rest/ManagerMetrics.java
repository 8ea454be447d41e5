package io.pika.manager.rest;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.pika.manager.control.Term;
import io.pika.manager.plan.Health;
import java.time.Duration;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.jspecify.annotations.Nullable;

/** What Prometheus reads. */
final class ManagerMetrics {
  private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
  private final Supplier<@Nullable Term> terms;

  ManagerMetrics(Supplier<@Nullable Term> terms) {
    this.terms = terms;
    new JvmMemoryMetrics().bindTo(registry);
    new JvmThreadMetrics().bindTo(registry);
    new ProcessorMetrics().bindTo(registry);
    new FileDescriptorMetrics().bindTo(registry);
    Gauge.builder("pika_manager_leading", () -> terms.get() == null ? 0 : 1)
        .description("1 while this manager leads").register(registry);
    gauge("pika_tables", "Tables, with those that are being dropped", term -> term.state().tables().size());
    gauge("pika_jobs_running", "Jobs that are not over", term -> term.state().runningJobs().size());
    gauge("pika_topology_version", "Version of the newest topology change",
        term -> term.state().counters().topologyVersion());
    gauge("pika_slots_without_leader", "Slots with several replicas that nobody leads",
        term -> term.controller().failover().stuck().stream().mapToInt(each -> each.to() - each.from() + 1)
            .sum());
    for (Health health : Health.values()) {
      Gauge.builder("pika_nodes", () -> ofTerm(term -> nodes(term, health))).tag("state", Views.word(health))
          .description("Nodes by how sure the manager is of them").register(registry);
    }
  }

  /** Collection pauses, until closed. */
  JvmGcMetrics bindGarbageCollection() {
    JvmGcMetrics gc = new JvmGcMetrics();
    gc.bindTo(registry);
    return gc;
  }

  void request(String route, String method, int status, Duration took) {
    Timer.builder("pika_manager_http_requests").tag("route", route).tag("method", method)
        .tag("status", Integer.toString(status)).register(registry).record(took);
  }

  String text() {
    return registry.scrape();
  }

  private void gauge(String name, String description, ToDoubleFunction<Term> value) {
    Gauge.builder(name, () -> ofTerm(value)).description(description).register(registry);
  }

  private double ofTerm(ToDoubleFunction<Term> value) {
    Term term = terms.get();
    return term == null ? Double.NaN : value.applyAsDouble(term);
  }

  private static double nodes(Term term, Health health) {
    return term.state().nodes().stream().filter(node -> term.reports().of(node.id()).health() == health)
        .count();
  }
}
