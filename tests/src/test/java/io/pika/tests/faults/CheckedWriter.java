package io.pika.tests.faults;

import io.pika.testkit.process.Member;
import io.pika.testkit.process.TestCluster;
import io.pika.testkit.wire.RespConnection;
import io.pika.testkit.wire.RespValue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * A client that writes keys of its own through whatever node answers, reads them back now and then, and keeps
 * account of what must be there. One thread runs it; {@link #stop} and the counts are for others.
 */
final class CheckedWriter implements CrashLoad {
  private static final int LEDGERS = 24;
  private static final int PIPELINE = 8;
  private static final long RETRY_NANOS = 30_000_000;

  private final List<Member> nodes;
  private final String table;
  private final String password;
  private final Random random;
  private final List<Ledger> ledgers = new ArrayList<>();
  private final List<String> complaints = Collections.synchronizedList(new ArrayList<>());
  private final Map<String, Integer> refusals = Collections.synchronizedMap(new HashMap<>());
  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicLong lost = new AtomicLong();
  private volatile boolean stopped;

  CheckedWriter(List<Member> nodes, String table, String password, String name, Random random) {
    this.nodes = List.copyOf(nodes);
    this.table = table;
    this.password = password;
    this.random = random;
    for (int i = 0; i < LEDGERS; i++) {
      ledgers.add(switch (i % 4) {
        case 0 -> new Ledger.Counter(name + ":counter:" + i);
        case 1 -> new Ledger.Register(List.of(name + ":register:" + i), random);
        case 2 -> new Ledger.Pieces(name + ":pieces:" + i);
        default -> new Ledger.Register(List.of(name + ":a:" + i, name + ":b:" + i, name + ":c:" + i), random);
      });
    }
  }

  @Override
  public void run() {
    while (!stopped) {
      try (RespConnection client = anyNode()) {
        while (!stopped) {
          write(client);
          if (random.nextInt(10) == 0) {
            check(client, ledgers.get(random.nextInt(LEDGERS)));
          }
        }
      } catch (IOException | IllegalStateException broken) {
        LockSupport.parkNanos(RETRY_NANOS);
      }
    }
  }

  private RespConnection anyNode() throws IOException {
    return TestCluster.connect(nodes.get(random.nextInt(nodes.size())), table, password);
  }

  private void write(RespConnection client) throws IOException {
    Collections.shuffle(ledgers, random);
    List<Ledger> batch = ledgers.subList(0, 1 + random.nextInt(PIPELINE));
    int settled = 0;
    try {
      List<String[]> commands = new ArrayList<>();
      batch.forEach(ledger -> commands.add(ledger.next()));
      for (String[] command : commands) {
        client.send(command);
      }
      client.flush();
      for (Ledger ledger : batch) {
        settle(ledger, client.read());
        settled++;
      }
    } finally {
      for (Ledger unanswered : batch.subList(settled, batch.size())) {
        unanswered.lost();
        lost.incrementAndGet();
      }
    }
  }

  private void settle(Ledger ledger, RespValue answer) {
    if (answer instanceof RespValue.Err error) {
      ledger.lost();
      lost.incrementAndGet();
      refusals.merge(error.text(), 1, Integer::sum);
      return;
    }
    acknowledged.incrementAndGet();
    complain(ledger.acknowledged(answer));
  }

  private void check(RespConnection client, Ledger ledger) throws IOException {
    complain(ledger.complaint(client));
  }

  private void complain(@Nullable String complaint) {
    if (complaint != null) {
      complaints.add(complaint);
    }
  }

  @Override
  public void checkAll(Member node) throws IOException {
    try (RespConnection client = TestCluster.connect(node, table, password)) {
      for (Ledger ledger : ledgers) {
        check(client, ledger);
      }
    }
  }

  @Override
  public void stop() {
    stopped = true;
  }

  @Override
  public long acknowledged() {
    return acknowledged.get();
  }

  @Override
  public List<String> complaints() {
    return List.copyOf(complaints);
  }

  @Override
  public String summary() {
    return acknowledged + " acknowledged, " + lost + " lost, answers " + refusals;
  }
}
