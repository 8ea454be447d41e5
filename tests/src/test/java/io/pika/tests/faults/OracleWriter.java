package io.pika.tests.faults;

import io.pika.testkit.process.Member;
import io.pika.testkit.process.TestCluster;
import io.pika.testkit.wire.RespConnection;
import io.pika.testkit.wire.RespValue;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Changes collections of every type and has a redis-server do the same when a change was acknowledged. A change whose
 * answer was lost may have happened or not: when it can no longer arrive late, the keys must be as they were or as the
 * redis-server says that they are after it.
 */
final class OracleWriter implements CrashLoad {
  private static final int GROUPS = 10;
  private static final long RETRY_NANOS = 30_000_000;
  /** A lost write may lie in a node's buffers or wait for a leader: more than request-timeout. */
  private static final long LATE_NANOS = 20_000_000_000L;

  /** Keys that lie in one slot; at most one change of theirs is in doubt. */
  private static final class Group {
    final TypedKeys keys;
    @Nullable List<String[]> inDoubt;
    long since;

    Group(TypedKeys keys) {
      this.keys = keys;
    }
  }

  private final List<Member> nodes;
  private final String table;
  private final String password;
  private final Random random;
  private final RespConnection oracle;
  private final List<Group> groups = new ArrayList<>();
  private final List<String> complaints = Collections.synchronizedList(new ArrayList<>());
  private final AtomicLong acknowledged = new AtomicLong();
  private final AtomicLong lost = new AtomicLong();
  private volatile boolean stopped;

  OracleWriter(List<Member> nodes, String table, String password, String name, Random random,
      RespConnection oracle) {
    this.nodes = List.copyOf(nodes);
    this.table = table;
    this.password = password;
    this.random = random;
    this.oracle = oracle;
    for (int i = 0; i < GROUPS; i++) {
      groups.add(new Group(new TypedKeys("{" + name + ":" + i + "}", random)));
    }
  }

  @Override
  public void run() {
    while (!stopped) {
      try (RespConnection client = TestCluster.connect(nodes.get(random.nextInt(nodes.size())), table,
          password)) {
        while (!stopped) {
          step(client, groups.get(random.nextInt(GROUPS)));
        }
      } catch (IOException | IllegalStateException broken) {
        LockSupport.parkNanos(RETRY_NANOS);
      }
    }
  }

  private void step(RespConnection client, Group group) throws IOException {
    if (group.inDoubt != null) {
      if (System.nanoTime() - group.since > LATE_NANOS) {
        settle(client, group);
      } else {
        LockSupport.parkNanos(RETRY_NANOS / 10);
      }
      return;
    }
    if (random.nextInt(30) == 0) {
      compare(client, group);
      return;
    }
    change(client, group);
  }

  private void change(RespConnection client, Group group) throws IOException {
    List<String[]> commands = group.keys.change();
    group.inDoubt = commands;
    group.since = System.nanoTime();
    lost.incrementAndGet();
    List<RespValue> answers = send(client, commands);
    if (answers.stream().anyMatch(RespValue::isError)) {
      return;
    }
    group.inDoubt = null;
    lost.decrementAndGet();
    acknowledged.incrementAndGet();
    List<RespValue> wanted = send(oracle, commands);
    if (!wanted.equals(answers)) {
      complaints.add(text(commands) + " was answered " + answers + " instead of " + wanted);
    }
  }

  private static List<RespValue> send(RespConnection connection, List<String[]> commands) throws IOException {
    for (String[] command : commands) {
      connection.send(command);
    }
    connection.flush();
    List<RespValue> answers = new ArrayList<>();
    for (int i = 0; i < commands.size(); i++) {
      answers.add(connection.read());
    }
    return answers;
  }

  /** The change that was in doubt has happened, or never will. */
  private void settle(RespConnection client, Group group) throws IOException {
    String found = group.keys.content(client);
    String without = group.keys.content(oracle);
    List<String[]> commands = group.inDoubt;
    if (!found.equals(without) && commands != null) {
      send(oracle, commands);
      String with = group.keys.content(oracle);
      if (!found.equals(with)) {
        complaints.add(text(commands) + " left " + found + ", not " + without + " and not " + with);
      }
    }
    group.inDoubt = null;
  }

  private void compare(RespConnection client, Group group) throws IOException {
    String found = group.keys.content(client);
    String wanted = group.keys.content(oracle);
    if (!found.equals(wanted)) {
      complaints.add("found " + found + " instead of " + wanted);
    }
  }

  @Override
  public void checkAll(Member node) throws IOException {
    try (RespConnection client = TestCluster.connect(node, table, password)) {
      for (Group group : groups) {
        long left = LATE_NANOS - (System.nanoTime() - group.since);
        if (group.inDoubt != null && left > 0) {
          LockSupport.parkNanos(left);
        }
        settle(client, group);
        compare(client, group);
      }
    }
  }

  private static String text(List<String[]> commands) {
    return String.join("; ", commands.stream().map(command -> String.join(" ", command)).toList());
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
    return acknowledged + " changes of collections acknowledged, " + lost + " in doubt";
  }
}
