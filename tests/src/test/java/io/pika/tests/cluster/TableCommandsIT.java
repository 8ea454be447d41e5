package io.pika.tests.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.pika.testkit.process.Member;
import io.pika.testkit.process.TestCluster;
import io.pika.testkit.wire.RespConnection;
import io.pika.testkit.wire.RespValue;
import io.pika.tests.Sizes;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Commands over a whole table, whose slots are led by different nodes: SCAN above all. */
@ExtendWith(SharedCluster.class)
class TableCommandsIT {
  private static final int KEYS = Sizes.of(3_000, 100_000);

  @Test
  void scanReturnsEveryKeyFromEveryNodeWithAnyCount(TestCluster cluster) throws IOException {
    cluster.createTable("scan", 64, "");
    Set<String> keys = fill(cluster, "scan", KEYS);
    for (Member node : cluster.nodes()) {
      try (RespConnection client = TestCluster.connect(node, "scan", "")) {
        for (int count : new int[]{7, 10, 1_000, 1_000_000}) {
          List<String> found = scan(List.of(client), "COUNT", Integer.toString(count));
          assertThat(found).as("COUNT %d on %s", count, node.name()).doesNotHaveDuplicates();
          assertThat(new TreeSet<>(found)).isEqualTo(keys);
        }
      }
    }
  }

  @Test
  void cursorGoesOnAtAnyNode(TestCluster cluster) throws IOException {
    cluster.createTable("roam", 16, "");
    Set<String> keys = fill(cluster, "roam", 1_000);
    List<RespConnection> everywhere = new ArrayList<>();
    for (Member node : cluster.nodes()) {
      everywhere.add(TestCluster.connect(node, "roam", ""));
    }
    assertThat(new TreeSet<>(scan(everywhere, "COUNT", "3"))).isEqualTo(keys);
    for (RespConnection client : everywhere) {
      client.close();
    }
  }

  @Test
  void scanReturnsWhatStaysWhileOtherKeysComeAndGo(TestCluster cluster) throws Exception {
    Random random = new Random(Sizes.seed("TableCommandsIT"));
    for (int slots : new int[]{1, 64}) {
      String table = "churn" + slots;
      cluster.createTable(table, slots, "");
      Set<String> staying = fill(cluster, table, 2_000);
      Churn churn = new Churn(cluster.node(1), table, random.nextLong());
      Thread thread = Thread.ofPlatform().start(churn);
      try (RespConnection client = TestCluster.connect(cluster.node(2), table, "")) {
        for (int round = 0; round < Sizes.of(6, 60); round++) {
          Set<String> found = new HashSet<>(
              scan(List.of(client), "COUNT", Integer.toString(5 + random.nextInt(50))));
          Set<String> missing = new TreeSet<>(staying);
          missing.removeAll(found);
          assertThat(missing).as("round %d, %d slots", round, slots).isEmpty();
        }
      } finally {
        churn.stop();
        thread.join();
      }
    }
  }

  /** Adds and removes keys before, between and after the ones that stay. */
  private static final class Churn implements Runnable {
    private final Member node;
    private final String table;
    private final Random random;
    private volatile boolean stopped;

    Churn(Member node, String table, long seed) {
      this.node = node;
      this.table = table;
      this.random = new Random(seed);
    }

    @Override
    public void run() {
      try (RespConnection client = TestCluster.connect(node, table, "")) {
        while (!stopped) {
          String key = (random.nextBoolean() ? "key:" : "other:") + random.nextInt(5_000) + "-";
          assertThat(
              client.call(random.nextBoolean() ? new String[]{"SET", key, "v"} : new String[]{"DEL", key})
                  .isError())
              .isFalse();
        }
      } catch (IOException broken) {
        throw new IllegalStateException(broken);
      }
    }

    void stop() {
      stopped = true;
    }
  }

  /**
   * An index of RocksDB with shortened keys once made every seek behind a big value read that value, and a step back from a
   * slot that RocksDB has nothing of ended at the big value before it: each RANDOMKEY took 70 ms.
   */
  @Test
  void scanAndRandomKeyAreNotSlowedDownByBigValuesOfAnotherTable(TestCluster cluster) throws IOException {
    cluster.createTable("bulky", 1, "");
    cluster.createTable("beside", 64, "");
    Set<String> keys = fill(cluster, "beside", 1_000);
    try (RespConnection bulky = TestCluster.connect(cluster.node(1), "bulky", "");
        RespConnection client = TestCluster.connect(cluster.node(1), "beside", "")) {
      Duration alone = timeOfScan(client, keys);
      Duration drawAlone = timeOfDraws(client);
      String big = "b".repeat(40 << 20);
      for (int i = 0; i < 3; i++) {
        assertThat(bulky.call("SET", "big", big)).isEqualTo(RespValue.OK);
      }
      assertThat(timeOfScan(client, keys)).as("it was 250 times as long").isLessThan(alone.multipliedBy(50));
      assertThat(timeOfDraws(client)).as("it was 40 times as long").isLessThan(drawAlone.multipliedBy(15));
      bulky.call("DEL", "big");
    }
  }

  private static Duration timeOfDraws(RespConnection client) throws IOException {
    long start = System.nanoTime();
    for (int i = 0; i < 100; i++) {
      client.call("RANDOMKEY");
    }
    return Duration.ofNanos(System.nanoTime() - start);
  }

  private static Duration timeOfScan(RespConnection client, Set<String> keys) throws IOException {
    long start = System.nanoTime();
    assertThat(new TreeSet<>(scan(List.of(client), "COUNT", "10"))).isEqualTo(keys);
    return Duration.ofNanos(System.nanoTime() - start);
  }

  @Test
  void scanFiltersByPatternAndType(TestCluster cluster) throws IOException {
    cluster.createTable("filter", 8, "");
    Set<String> keys = fill(cluster, "filter", 500);
    try (RespConnection client = TestCluster.connect(cluster.node(3), "filter", "")) {
      assertThat(new TreeSet<>(scan(List.of(client), "MATCH", "key:1*")))
          .isEqualTo(new TreeSet<>(keys.stream().filter(key -> key.startsWith("key:1")).toList()));
      assertThat(new TreeSet<>(scan(List.of(client), "TYPE", "string"))).isEqualTo(keys);
      assertThat(scan(List.of(client), "TYPE", "list")).isEmpty();
      assertThat(scan(List.of(client), "MATCH", "key:1?", "TYPE", "string", "COUNT", "1000")).hasSize(10);
      assertThat(client.call("SCAN", "0", "COUNT", "0").text()).isEqualTo("ERR syntax error");
      assertThat(client.call("SCAN", "x").text()).isEqualTo("ERR invalid cursor");
      assertThat(client.call("SCAN", "18446744073709551615").isError()).isFalse();
    }
  }

  @Test
  void wholeTableCommandsSeeTheSlotsOfEveryNode(TestCluster cluster) throws IOException {
    cluster.createTable("whole", 64, "");
    try (RespConnection empty = TestCluster.connect(cluster.node(1), "whole", "")) {
      assertThat(empty.call("RANDOMKEY").isNull()).isTrue();
      assertThat(empty.call("DBSIZE").number()).isZero();
      assertThat(empty.call("KEYS", "*").items()).isEmpty();
      assertThat(empty.call("SCAN", "0")).hasToString("*[\"0\", *[]]");
    }
    Set<String> keys = fill(cluster, "whole", 500);
    for (Member node : cluster.nodes()) {
      try (RespConnection client = TestCluster.connect(node, "whole", "")) {
        assertThat(client.call("DBSIZE").number()).isEqualTo(500);
        assertThat(client.call("KEYS", "key:*").items().stream().map(RespValue::text))
            .containsExactlyInAnyOrderElementsOf(keys);
        assertThat(client.call("KEYS", "key:49?").items()).hasSize(10);
        Set<String> drawn = new HashSet<>();
        for (int i = 0; i < 300; i++) {
          drawn.add(client.call("RANDOMKEY").text());
        }
        assertThat(keys).containsAll(drawn);
        assertThat(drawn).as("RANDOMKEY draws from the whole table").hasSizeGreaterThan(60);
      }
    }
    try (RespConnection client = TestCluster.connect(cluster.node(3), "whole", "")) {
      assertThat(client.call("FLUSHDB")).isEqualTo(RespValue.OK);
      assertThat(client.call("DBSIZE").number()).isZero();
    }
    try (RespConnection client = TestCluster.connect(cluster.node(1), "whole", "")) {
      assertThat(client.call("KEYS", "*").items()).isEmpty();
      assertThat(client.call("GET", "key:1").isNull()).isTrue();
    }
  }

  @Test
  void orderedScansGiveTheKeysOfAllNodesInOrder(TestCluster cluster) throws IOException {
    cluster.createTable("ordered", 64, "");
    List<String> keys = List.copyOf(fill(cluster, "ordered", KEYS));
    for (Member node : cluster.nodes()) {
      try (RespConnection client = TestCluster.connect(node, "ordered", "")) {
        client.call("HSET", "hash:" + node.name(), "f", "v");
        assertThat(pages(client, "PKSCANRANGE", "", "LIMIT", "700")).isEqualTo(keys);
        assertThat(pages(client, "PKRSCANRANGE", "", "LIMIT", "10000")).isEqualTo(keys.reversed());
        assertThat(pages(client, "SCANX", null, "COUNT", "900")).isEqualTo(keys);
        assertThat(client.call("PKSCANRANGE", "string", "key:1000", "key:1002", "LIMIT", "5"))
            .hasToString("*[\"\", *[\"key:1000\", \"key:1001\", \"key:1002\"]]");
        assertThat(
            client.call("PKSCANRANGE", "string_with_value", "key:1000", "", "LIMIT", "2", "MATCH", "*0"))
            .hasToString("*[\"key:1002\", *[\"key:1000\", \"v\"]]");
        assertThat(client.call("PKSCANRANGE", "string", "b", "a").text())
            .isEqualTo("ERR error in given range");
        assertThat(client.call("PKSCANRANGE", "strings", "", "").isError()).isTrue();
        assertThat(client.call("SCANX", "string", "", "COUNT", "0").isError()).isTrue();
      }
    }
    try (RespConnection client = TestCluster.connect(cluster.node(1), "ordered", "")) {
      assertThat(client.call("SCANX", "hash", "").items().get(1).items()).hasSize(cluster.nodes().size());
      assertThat(client.call("PKPATTERNMATCHDEL", "key:?", "hash").number()).isZero();
      assertThat(client.call("PKPATTERNMATCHDEL", "key:?").number()).isEqualTo(10);
      assertThat(client.call("PKPATTERNMATCHDEL", "*", "string").number()).isEqualTo(KEYS - 10L);
      assertThat(client.call("DBSIZE").number()).isEqualTo(cluster.nodes().size());
    }
  }

  private static List<String> pages(RespConnection client, String command, @Nullable String to,
      String... options)
      throws IOException {
    List<String> found = new ArrayList<>();
    String from = "";
    do {
      List<String> words = new ArrayList<>(List.of(command, "string", from));
      if (to != null) {
        words.add(to);
      }
      words.addAll(List.of(options));
      RespValue page = client.call(words.toArray(String[]::new));
      assertThat(page.isError()).as(page.toString()).isFalse();
      from = page.items().get(0).text();
      page.items().get(1).items().forEach(key -> found.add(key.text()));
    } while (!from.isEmpty());
    return found;
  }

  @Test
  void slotsAreCountedAndScannedOneByOne(TestCluster cluster) throws IOException {
    cluster.createTable("slotted", 16, "");
    Set<String> keys = fill(cluster, "slotted", 500);
    try (RespConnection client = TestCluster.connect(cluster.node(2), "slotted", "")) {
      List<RespValue> slots = client.call("SLOTSINFO").items();
      assertThat(slots).hasSize(16);
      assertThat(slots.stream().mapToLong(slot -> slot.items().get(1).number()).sum()).isEqualTo(500);
      Set<String> found = new TreeSet<>();
      for (RespValue slot : slots) {
        String number = Long.toString(slot.items().get(0).number());
        List<String> inSlot = new ArrayList<>();
        String cursor = "0";
        do {
          RespValue page = client.call("SLOTSSCAN", number, cursor, "COUNT", "7");
          cursor = page.items().get(0).text();
          page.items().get(1).items().forEach(key -> inSlot.add(key.text()));
        } while (!cursor.equals("0"));
        assertThat(inSlot).hasSize((int) slot.items().get(1).number());
        assertThat(client.call("SLOTSHASHKEY", inSlot.getFirst()).items().getFirst())
            .isEqualTo(slot.items().getFirst());
        found.addAll(inSlot);
      }
      assertThat(found).isEqualTo(keys);
      assertThat(client.call("SLOTSINFO", "3", "2").items()).hasSize(2);
      assertThat(client.call("SLOTSINFO", "16").text()).isEqualTo("ERR invalid slot begin = 16");
      assertThat(client.call("SLOTSSCAN", "16", "0").isError()).isTrue();
      assertThat(client.call("SLOTSDEL", "3", "16").isError()).isTrue();
      assertThat(client.call("SLOTSDEL", "9", "3", "9").items()).hasSize(2);
      assertThat(client.call("SLOTSINFO").items()).hasSize(14);
    }
  }

  @Test
  void keysOfEachTypeAreCountedInTheBackground(TestCluster cluster) throws IOException {
    cluster.createTable("typed", 64, "");
    fill(cluster, "typed", 1_000);
    try (RespConnection client = TestCluster.connect(cluster.node(1), "typed", "")) {
      client.call("SADD", "set", "member");
      client.call("EXPIRE", "set", "1000");
      client.call("XADD", "stream", "*", "f", "v");
      assertThat(client.call("COMPACT")).isEqualTo(RespValue.OK);
      assertThat(client.call("COMPACT", "string")).isEqualTo(RespValue.OK);
      assertThat(client.call("COMPACTRANGE", "all", "a", "z")).isEqualTo(RespValue.OK);
      assertThat(client.call("COMPACT", "nothing").isError()).isTrue();
      assertThat(client.call("SCANDB")).isEqualTo(RespValue.OK);
      String told = client.call("INFO", "KEYSPACE").text();
      for (int i = 0; i < 100_000 && !told.contains("typed Strings_keys"); i++) {
        told = client.call("INFO", "KEYSPACE").text();
      }
      assertThat(told).contains("typed Strings_keys=1000, expires=0,", "typed Sets_keys=1, expires=1,",
          "typed Streams_keys=1,", "typed Lists_keys=0,");
      assertThat(client.call("INFO", "KEYSPACE", "1").text()).contains("# Keyspace",
          "typed Strings_keys=1000");
      assertThat(client.call("INFO").text()).doesNotContain("Strings_keys");
      assertThat(client.call("DBSIZE", "TYPES").isError()).isTrue();
    }
  }

  @Test
  void splitCommandsMergeTheirParts(TestCluster cluster) throws IOException {
    cluster.createTable("split", 64, "");
    for (Member node : cluster.nodes()) {
      try (RespConnection client = TestCluster.connect(node, "split", "")) {
        List<String> mset = new ArrayList<>(List.of("MSET"));
        List<String> mget = new ArrayList<>(List.of("MGET"));
        List<String> del = new ArrayList<>(List.of("DEL", "absent", "absent"));
        for (int i = 0; i < 1_000; i++) {
          mset.addAll(List.of("s" + i, node.name() + i));
          mget.addAll(List.of("s" + (999 - i), "absent" + i));
          del.addAll(List.of("s" + i, "s" + i));
        }
        assertThat(client.call(mset.toArray(String[]::new))).isEqualTo(RespValue.OK);
        List<RespValue> values = client.call(mget.toArray(String[]::new)).items();
        assertThat(values).hasSize(2_000);
        for (int i = 0; i < 1_000; i++) {
          assertThat(values.get(2 * i)).isEqualTo(RespValue.bulk(node.name() + (999 - i)));
          assertThat(values.get(2 * i + 1).isNull()).isTrue();
        }
        assertThat(client.call("EXISTS", "s1", "s1", "s2", "absent").number()).isEqualTo(3);
        assertThat(client.call("TOUCH", "s1", "s2", "absent").number()).isEqualTo(2);
        assertThat(client.call("MSET", "twice", "1", "other", "x", "twice", "2")).isEqualTo(RespValue.OK);
        assertThat(client.call("GET", "twice")).isEqualTo(RespValue.bulk("2"));
        assertThat(client.call("UNLINK", "twice", "other").number()).isEqualTo(2);
        assertThat(client.call(del.toArray(String[]::new)).number()).isEqualTo(1_000);
        assertThat(client.call("MSET", "a", "1", "b").text())
            .isEqualTo("ERR wrong number of arguments for 'mset' command");
      }
    }
  }

  @Test
  void whatCannotBeSplitIsRefusedUnlessOneSlotHoldsItAll(TestCluster cluster) throws IOException {
    cluster.createTable("cross", 64, "");
    try (RespConnection client = TestCluster.connect(cluster.node(1), "cross", "")) {
      client.call("MSET", "{t}a", "1", "{t}b", "2", "a", "3", "b", "4");
      for (String[] command : new String[][]{{"RENAME", "a", "b"}, {"MSETNX", "a", "1", "b", "2"},
          {"COPY", "a", "b"}, {"LCS", "a", "b"}, {"RENAMENX", "a", "b"}}) {
        assertThat(client.call(command).text()).as(Arrays.toString(command))
            .isEqualTo("CROSSSLOT Keys in request don't hash to the same slot");
      }
      assertThat(client.call("RENAME", "{t}a", "{t}c")).isEqualTo(RespValue.OK);
      assertThat(client.call("MSETNX", "{t}d", "1", "{t}e", "2").number()).isEqualTo(1);
      assertThat(
          client.call("MGET", "{t}a", "{t}b", "{t}c", "{t}d").items().stream().map(RespValue::toString))
          .containsExactly("(nil)", "\"2\"", "\"1\"", "\"1\"");
    }
  }

  private static Set<String> fill(TestCluster cluster, String table, int keys) throws IOException {
    Set<String> names = new TreeSet<>();
    try (RespConnection client = TestCluster.connect(cluster.node(1), table, "")) {
      for (int from = 0; from < keys; from += 1_000) {
        int to = Math.min(keys, from + 1_000);
        for (String key : IntStream.range(from, to).mapToObj(i -> "key:" + i).toList()) {
          client.send("SET", key, "v");
          names.add(key);
        }
        client.flush();
        for (int i = from; i < to; i++) {
          assertThat(client.read()).isEqualTo(RespValue.OK);
        }
      }
    }
    return names;
  }

  /** A whole SCAN, each step at the next of the connections. */
  static List<String> scan(List<RespConnection> clients, String... options) throws IOException {
    List<String> found = new ArrayList<>();
    String cursor = "0";
    int step = 0;
    do {
      List<String> command = new ArrayList<>(List.of("SCAN", cursor));
      command.addAll(List.of(options));
      RespValue page = clients.get(step++ % clients.size()).call(command.toArray(String[]::new));
      assertThat(page.isError()).as(page.toString()).isFalse();
      cursor = page.items().get(0).text();
      page.items().get(1).items().forEach(key -> found.add(key.text()));
    } while (!cursor.equals("0"));
    return found;
  }
}
