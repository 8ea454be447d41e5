package io.pika.tests.bench.run;

import io.pika.testkit.wire.RespConnection;
import io.pika.testkit.wire.RespValue;
import io.pika.tests.bench.load.Draw;
import io.pika.tests.bench.load.Extent;
import io.pika.tests.bench.load.Load;
import io.pika.tests.bench.load.Outcome;
import io.pika.tests.bench.load.Pace;
import io.pika.tests.bench.load.PreparedRequests;
import io.pika.tests.bench.load.Requests;
import io.pika.tests.bench.load.SequentialDraw;
import io.pika.tests.bench.load.Template;
import io.pika.tests.bench.load.TemplateRequests;
import io.pika.tests.bench.server.ProcessFigures;
import io.pika.tests.bench.server.Quiet;
import io.pika.tests.bench.server.Target;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One of the two servers, with the connections of its load. */
final class Contestant implements AutoCloseable {
  private static final Duration REPLY = Duration.ofSeconds(30);
  private static final Duration QUIET = Duration.ofSeconds(3);
  private static final int CURSORS = 2000;
  private static final int UNDO_BATCH = 100;
  /** Slower than a disk: what is filled need not be measured, and must not be refused. */
  private static final double FILL_BYTES_PER_SECOND = 40 << 20;

  private final Target target;
  private final RunPlan plan;
  private Load load;
  private final Set<String> filled = new HashSet<>();

  Contestant(Target target, RunPlan plan) throws IOException {
    this.target = target;
    this.plan = plan;
    load = Load.open(target.port(), plan.connections());
  }

  Target target() {
    return target;
  }

  /** Puts the data of this case there, once. */
  void fill(Case subject) throws IOException, InterruptedException {
    Data data = subject.workload().data();
    if (filled.add(data + " " + subject.valueBytes())) {
      int keys = data.keys(plan.elements(subject.valueBytes()));
      Requests requests = new TemplateRequests(data.fillTemplate(subject.valueBytes()),
          new SequentialDraw(Data.MEMBERS),
          load.connections(), data.fillBatch());
      load.run(requests, Pace.CLOSED, Extent.of(keys), this::rss);
      Quiet.await(target, REPLY);
    }
  }

  /** @param seed of the draws: both servers get the same requests */
  Turn turn(Case subject, Pace pace, Duration time, long seed) throws IOException, InterruptedException {
    Requests requests = requests(subject, seed);
    ProcessFigures before = target.figures();
    Outcome outcome = load.run(requests, pace, Extent.of(time), this::rss);
    Quiet.await(target, QUIET);
    Turn turn = Turn.of(outcome, before, target.figures());
    undo(subject, outcome.requests(), seed);
    return turn;
  }

  private long rss() {
    return target.figures().rssBytes();
  }

  private void undo(Case subject, long requests, long seed) throws IOException, InterruptedException {
    Optional<Template> undo = subject.workload().undo(subject.valueBytes());
    if (undo.isPresent()) {
      load.run(new TemplateRequests(undo.get(), draw(subject, seed), load.connections(), UNDO_BATCH),
          Pace.CLOSED,
          Extent.of(requests), this::rss);
      Quiet.await(target, QUIET);
    }
  }

  private Requests requests(Case subject, long seed) throws IOException {
    return subject.workload() == Workload.SCAN
        ? new PreparedRequests(scans(), subject.pipeline())
        : new TemplateRequests(subject.workload().template(subject.valueBytes()), draw(subject, seed),
            load.connections(), subject.pipeline());
  }

  private Draw draw(Case subject, long seed) {
    int keys = subject.workload().data().keys(plan.elements(subject.valueBytes()));
    return plan.distribution().draw(keys, Data.MEMBERS, seed);
  }

  /** A cursor is the server's own: the scans that are measured are those that some clients are in the middle of. */
  private List<String[]> scans() throws IOException {
    List<String[]> scans = new ArrayList<>();
    try (RespConnection connection = RespConnection.open("127.0.0.1", target.port(), REPLY)) {
      String cursor = "0";
      for (int i = 0; i < CURSORS; i++) {
        String[] scan = {"SCAN", cursor, "COUNT", "10"};
        scans.add(scan);
        RespValue.Aggregate reply = (RespValue.Aggregate) connection.call(scan);
        cursor = reply.values().getFirst().text();
      }
    }
    return scans;
  }

  /** New connections, after some request was refused: nobody knows which replies are still to come on the old ones. */
  void connectAnew() throws IOException {
    load.close();
    load = Load.open(target.port(), plan.connections());
  }

  @Override
  public void close() throws IOException {
    load.close();
  }
}
