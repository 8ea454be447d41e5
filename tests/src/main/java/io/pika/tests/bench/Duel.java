package io.pika.tests.bench;

import io.pika.testkit.redis.RedisServer;
import io.pika.tests.bench.report.Markdown;
import io.pika.tests.bench.report.Report;
import io.pika.tests.bench.run.Case;
import io.pika.tests.bench.run.Comparison;
import io.pika.tests.bench.run.Measurement;
import io.pika.tests.bench.run.RunPlan;
import io.pika.tests.bench.server.PikaServers;
import io.pika.tests.bench.server.Target;
import io.pika.tests.bench.server.Workplace;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Starts the two servers that a plan compares, has it carried out, and ends them. */
final class Duel {
  private final Surroundings surroundings;
  private final RunPlan plan;

  Duel(Surroundings surroundings, RunPlan plan) {
    this.surroundings = surroundings;
    this.plan = plan;
  }

  Report beside() throws IOException, InterruptedException {
    List<String> facts = facts("fsync " + plan.against().fsync() + " against " + plan.against().redisName());
    surroundings.err().println("starting a node and a redis-server");
    try (Workplace workplace = Workplace.in(surroundings.root())) {
      PikaServers pika = pika(workplace);
      RedisServer redis = workplace
          .keep(RedisServer.start(workplace.directory("redis"), plan.against().redisSettings()));
      return compare("A node beside " + plan.against().redisName(), facts, pika.target("Pika", 1),
          new Target("Redis", redis.port(), List.of(redis.pid())));
    }
  }

  /** The same node twice: through another node, which leads nothing, and directly. */
  Report throughOther() throws IOException, InterruptedException {
    List<String> facts = facts("all slots at node 1; fsync " + plan.against().fsync());
    surroundings.err().println("starting two nodes");
    try (Workplace workplace = Workplace.in(surroundings.root())) {
      PikaServers pika = pika(workplace);
      pika.up(2);
      return compare("Through a node that does not lead the keys", facts, pika.target("through", 2, 1),
          pika.target("direct", 1));
    }
  }

  private PikaServers pika(Workplace workplace) throws IOException, InterruptedException {
    return PikaServers.start(surroundings.root(), workplace, Map.of("fsync", plan.against().fsync()));
  }

  private Report compare(String title, List<String> facts, Target ours, Target theirs)
      throws IOException, InterruptedException {
    try (Comparison comparison = new Comparison(plan, ours, theirs)) {
      Heard heard = new Heard();
      comparison.run(heard);
      return new Report(title, facts, ours.name(), theirs.name(), heard.done, heard.failures);
    }
  }

  /** Keeps what was measured, and shows it at once. */
  private final class Heard implements Comparison.Listener {
    private final List<Measurement> done = new ArrayList<>();
    private final List<String> failures = new ArrayList<>();

    @Override
    public void measured(Measurement measurement) {
      done.add(measurement);
      surroundings.err().print(Markdown.rates(measurement));
      surroundings.err().flush();
    }

    @Override
    public void failed(Case subject, String why) {
      failures.add(subject.title() + ": " + why);
      surroundings.err().println(failures.getLast());
    }
  }

  private List<String> facts(String servers) throws IOException {
    List<String> facts = new ArrayList<>(Machine.facts());
    facts.add(String.format(Locale.ROOT, "%d connections, %,d keys, %s; %d rounds of %.1f s, in turn; %s",
        plan.connections(), plan.keys(), plan.distribution().name().toLowerCase(Locale.ROOT), plan.rounds(),
        plan.turn().toMillis() / 1000.0, servers));
    return facts;
  }
}
