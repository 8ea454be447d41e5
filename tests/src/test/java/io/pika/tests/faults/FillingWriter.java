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

/**
 * Writes more than a node with little memory can keep in any part of it, so that effects go to RocksDB all the time. Each value
 * says which write of its key it is of; there must be the last one acknowledged, or one that was sent after it.
 */
final class FillingWriter implements CrashLoad {
  private static final int KEYS = 2_000;
  private static final int PIPELINE = 16;
  private static final long RETRY_NANOS = 30_000_000;
  private static final String PADDING = "x".repeat(30_000);

  private final List<Member> nodes;
  private final String table;
  private final String password;
  private final String name;
  private final Random random;
  private final List<String> complaints = Collections.synchronizedList(new ArrayList<>());
  private final AtomicLong acknowledged = new AtomicLong();
  /** By key: number of its newest write that was sent, and that was answered; 0: none. */
  private final int[] sent = new int[KEYS];
  private final int[] answered = new int[KEYS];
  private volatile boolean stopped;

  FillingWriter(List<Member> nodes, String table, String password, String name, Random random) {
    this.nodes = List.copyOf(nodes);
    this.table = table;
    this.password = password;
    this.name = name;
    this.random = random;
  }

  @Override
  public void run() {
    while (!stopped) {
      try (RespConnection client = TestCluster.connect(nodes.get(random.nextInt(nodes.size())), table,
          password)) {
        while (!stopped) {
          write(client, random.nextInt(KEYS - PIPELINE));
          check(client, random.nextInt(KEYS));
        }
      } catch (IOException | IllegalStateException broken) {
        LockSupport.parkNanos(RETRY_NANOS);
      }
    }
  }

  private void write(RespConnection client, int first) throws IOException {
    for (int key = first; key < first + PIPELINE; key++) {
      client.send("SET", name + key, ++sent[key] + PADDING);
    }
    client.flush();
    for (int key = first; key < first + PIPELINE; key++) {
      if (client.read().equals(RespValue.OK)) {
        answered[key] = sent[key];
        acknowledged.incrementAndGet();
      }
    }
  }

  private void check(RespConnection client, int key) throws IOException {
    RespValue stored = client.call("GET", name + key);
    if (stored.isError()) {
      throw new IOException("GET: " + stored);
    }
    int found = stored.isNull() ? 0 : Integer.parseInt(stored.text().replace(PADDING, ""));
    if (found < answered[key] || found > sent[key]) {
      complaints
          .add(name + key + " is write " + found + ", answered " + answered[key] + ", sent " + sent[key]);
    }
  }

  @Override
  public void checkAll(Member node) throws IOException {
    try (RespConnection client = TestCluster.connect(node, table, password)) {
      for (int key = 0; key < KEYS; key++) {
        check(client, key);
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
    return acknowledged + " large values acknowledged";
  }
}
