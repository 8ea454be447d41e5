package io.pika.tests.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pika.testkit.process.JavaProcess;
import io.pika.testkit.process.TestCluster;
import io.pika.testkit.redis.RedisServer;
import io.pika.testkit.wire.RespConnection;
import io.pika.tests.Sizes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/** {@code ./pika import}: what a real redis-server holds is in a table afterwards, whichever way it went. */
@ExtendWith(SharedCluster.class)
class ImportIT {
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int MANY = Sizes.of(40_000, 400_000);
  private static final int KILLS = 4;
  private static final int LOGGED = 3_000;
  private static final int WRITES = Sizes.of(15_000, 150_000);
  private static final int PROGRAMS = Sizes.of(400, 10_000);

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit
  Path directory;

  private long seed;
  private int runs;

  private record Run(int exitCode, String output) {}

  @BeforeEach
  void needsRedis() {
    assumeTrue(RedisServer.program().isPresent(), "redis-server is not installed");
    seed = Sizes.seed("ImportIT");
  }

  @Test
  void everyKeyOfAnRdbFileComesToTheTable(TestCluster cluster) throws IOException {
    cluster.createTable("rdb", 16, "");
    try (RedisServer redis = filled()) {
      Path file = saved(redis);
      Run dry = run(cluster, "rdb", file.toString(), "--dry-run");
      assertThat(dry.exitCode).as(dry.output).isZero();
      assertThat(contents(cluster, "rdb")).isEmpty();

      Run run = run(cluster, "rdb", file.toString());
      assertThat(run.exitCode).as(run.output).isZero();
      assertThat(run.output).contains("compared with the source: all the same");
      assertSame(redis, cluster, "rdb");
      assertThat(directory).isDirectoryNotContaining("glob:**.state");

      Run refused = run(cluster, "rdb", file.toString());
      assertThat(refused.exitCode).as("the table has keys").isEqualTo(4);
      assertThat(refused.output).contains("--replace or --skip-existing");
      try (RespConnection client = TestCluster.connect(cluster.node(1), "rdb", "")) {
        client.call("DEL", "large:hash");
        client.call("SET", "large:list", "mine");
      }
      Run skipped = run(cluster, "rdb", file.toString(), "--skip-existing");
      assertThat(skipped.exitCode).as(skipped.output).isZero();
      try (RespConnection client = TestCluster.connect(cluster.node(1), "rdb", "")) {
        assertThat(client.call("GET", "large:list").text()).isEqualTo("mine");
      }
      assertThat(run(cluster, "rdb", file.toString(), "--replace").exitCode).isZero();
      assertSame(redis, cluster, "rdb");
    }
  }

  @Test
  void damageIsNamedWithItsPlaceAndNoKeyIsHalfThere(TestCluster cluster) throws IOException {
    cluster.createTable("damaged", 4, "");
    try (RedisServer redis = filled()) {
      Path file = saved(redis);
      Path cut = Files.write(directory.resolve("cut.rdb"),
          Arrays.copyOf(Files.readAllBytes(file), (int) Files.size(file) * 2 / 3));
      Run run = run(cluster, "damaged", cut.toString());
      assertThat(run.exitCode).isEqualTo(1);
      assertThat(run.output).contains("at byte " + Files.size(cut) + ": it ends too early");
      Map<String, String> whole = RedisWorld.contents(RedisWorld.address(redis.port(), ""));
      contents(cluster, "damaged").forEach((key, value) -> {
        if (!key.startsWith("pika:import:")) {
          assertThat(whole).containsEntry(key, value);
        }
      });

      byte[] bytes = Files.readAllBytes(file);
      bytes[bytes.length - 3] ^= 1;
      Path wrong = Files.write(directory.resolve("wrong.rdb"), bytes, StandardOpenOption.CREATE_NEW);
      Run dry = run(cluster, "damaged", wrong.toString(), "--dry-run");
      assertThat(dry.exitCode).isEqualTo(1);
      assertThat(dry.output).contains("at byte " + bytes.length + ": the checksum of all before is");
    }
  }

  @Test
  void killedImportGoesOnAndEndsWithTheSameData(TestCluster cluster) throws IOException {
    cluster.createTable("killed", 16, "");
    try (RedisServer redis = filled()) {
      try (RespConnection client = redis.connect()) {
        for (int i = 0; i < MANY; i++) {
          client.send("SET", "many:" + i, "value-" + i + "-".repeat(i % 700));
        }
        client.flush();
        for (int i = 0; i < MANY; i++) {
          client.read();
        }
      }
      Path file = saved(redis);
      Path state = directory.resolve("state");
      runKilled(cluster, "killed", state, file.toString());
      assertSame(redis, cluster, "killed");
    }
  }

  @Test
  void logsAreDoneCommandByCommandWithAndWithoutARdbAtTheirStart(TestCluster cluster) throws IOException {
    for (String preamble : List.of("yes", "no")) {
      String table = "log-" + preamble;
      cluster.createTable(table, 8, "");
      Path home = Files.createDirectories(directory.resolve(table));
      try (RedisServer redis = RedisServer.start(home, "appendonly", "yes", "aof-use-rdb-preamble", preamble,
          "aof-timestamp-enabled", "yes")) {
        RedisWorld.fill(redis, seed, PROGRAMS / 8);
        RedisWorld.fillLarge(redis);
        rewritten(redis);
        RedisWorld.change(redis, seed, LOGGED);
        Path log = home.resolve("appendonlydir");
        Run run = run(cluster, table, log.toString());
        assertThat(run.exitCode).as(run.output).isZero();
        assertThat(run.output).contains("commands of the log done").doesNotContain("refused");
        assertSame(redis, cluster, table);

        Path increment = increment(log);
        byte[] bytes = Files.readAllBytes(increment);
        Files.write(increment, Arrays.copyOf(bytes, bytes.length - 3));
        Run cut = run(cluster, table, log.toString(), "--replace");
        assertThat(cut.exitCode).as(cut.output).isZero();
        assertThat(cut.output).contains("ends in the middle of a command that begins at byte");
      }
    }
  }

  @Test
  void killedImportOfALogDoesNoCommandTwice(TestCluster cluster) throws IOException {
    cluster.createTable("log-killed", 8, "");
    Path home = Files.createDirectories(directory.resolve("home"));
    try (RedisServer redis = RedisServer.start(home, "appendonly", "yes")) {
      RedisWorld.change(redis, seed, MANY);
      Path state = directory.resolve("state");
      runKilled(cluster, "log-killed", state, home.resolve("appendonlydir").toString());
      assertSame(redis, cluster, "log-killed");
    }
  }

  @Test
  void followedServerIsTheSameAtTheEndThoughItIsWrittenAndTheImporterKilled(TestCluster cluster)
      throws Exception {
    for (String diskless : List.of("yes", "no")) {
      String table = "followed-" + diskless;
      cluster.createTable(table, 8, "");
      Path home = Files.createDirectories(directory.resolve(table));
      try (RedisServer redis = RedisServer.start(home, "repl-diskless-sync", diskless,
          "repl-diskless-sync-delay", "0",
          "repl-backlog-size", "64mb")) {
        RedisWorld.fill(redis, seed, PROGRAMS / 8);
        RedisWorld.fillLarge(redis);
        CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> write(redis));
        String state = directory.resolve(table + ".state").toString();
        String source = "redis://127.0.0.1:" + redis.port();
        JavaProcess killed = start(cluster, table, source, "--follow", "--state", state);
        Awaitility.await().atMost(PATIENCE)
            .until(() -> offset(Path.of(state)) > 0 || !killed.isAlive());
        assertThat(killed.isAlive()).as(killed.log()).isTrue();
        killed.kill();
        JavaProcess follower = start(cluster, table, source, "--follow", "--state", state);
        writing.get();
        awaitAcknowledged(redis, follower);
        // All that was written so far may have come with the snapshot.
        write(redis);
        awaitAcknowledged(redis, follower);
        follower.terminate();
        assertThat(follower.log()).contains("all the same").contains("commands of the log done");
        assertThat(Path.of(state)).doesNotExist();
        assertSame(redis, cluster, table);
      }
    }
  }

  @Test
  void serverIsImportedOnceItHasBeenCaughtUpWith(TestCluster cluster) throws IOException {
    cluster.createTable("caught-up", 8, "");
    try (RedisServer redis = RedisServer.start(directory, "requirepass", "secret")) {
      try (RespConnection client = redis.connect()) {
        client.call("AUTH", "secret");
        client.call("SET", "key", "value");
        client.call("SELECT", "3");
        client.call("SET", "elsewhere", "value");
      }
      Run run = run(cluster, "caught-up", "redis://:secret@127.0.0.1:" + redis.port(), "--until-caught-up");
      assertThat(run.exitCode).as(run.output).isZero();
      assertThat(contents(cluster, "caught-up")).containsOnlyKeys("key");
      assertThat(run.output).contains("1 keys of database 3 left out");
    }
  }

  @Test
  void serverThatTakesNoReplicasIsReadKeyByKey(TestCluster cluster) throws IOException {
    try (RedisServer redis = filled()) {
      for (String without : List.of("-psync", "-dump")) {
        String table = "scanned" + without;
        cluster.createTable(table, 8, "");
        try (RespConnection client = redis.connect()) {
          assertThat(client.call("ACL", "SETUSER", "default", without).text()).isEqualTo("OK");
        }
        Run run = run(cluster, table, "redis://127.0.0.1:" + redis.port());
        assertThat(run.exitCode).as(run.output).isZero();
        assertThat(run.output).contains("it is read by SCAN").contains("all the same");
        assertSame(redis, cluster, table);
      }
    }
  }

  private void write(RedisServer redis) {
    try {
      RedisWorld.change(redis, seed, WRITES);
    } catch (IOException trouble) {
      throw new UncheckedIOException(trouble);
    }
  }

  /** The source says that its replica has done everything. */
  private static void awaitAcknowledged(RedisServer redis, JavaProcess follower) throws IOException {
    try (RespConnection client = redis.connect()) {
      Awaitility.await().atMost(PATIENCE).until(() -> {
        String told = client.call("INFO", "replication").text();
        Matcher matcher = Pattern.compile("slave\\d+:.*offset=(\\d+)[\\s\\S]*master_repl_offset:(\\d+)")
            .matcher(told);
        assertThat(follower.isAlive()).as(follower.log()).isTrue();
        return matcher.find() && matcher.group(1).equals(matcher.group(2));
      });
    }
  }

  private static void rewritten(RedisServer redis) throws IOException {
    try (RespConnection client = redis.connect()) {
      client.call("BGREWRITEAOF");
      Awaitility.await().atMost(PATIENCE)
          .until(() -> client.call("INFO", "persistence").text().contains("aof_rewrite_in_progress:0")
              && client.call("INFO", "persistence").text().contains("aof_rewrite_scheduled:0"));
    }
  }

  private static Path increment(Path log) throws IOException {
    try (Stream<Path> files = Files.list(log)) {
      return files.filter(file -> file.toString().endsWith(".incr.aof")).max(Comparator.naturalOrder())
          .orElseThrow();
    }
  }

  /** Kills it whenever it has come a little further, some times, and then lets it end. */
  private void runKilled(TestCluster cluster, String table, Path state, String source) {
    long reached = 0;
    int kills = 0;
    String output = "";
    for (int exitCode = 1; exitCode != 0;) {
      JavaProcess process = start(cluster, table, source, "--state", state.toString());
      long before = reached;
      Awaitility.await().pollInterval(Duration.ofMillis(2)).atMost(PATIENCE)
          .until(() -> !process.isAlive() || offset(state) > before);
      reached = Math.max(before, offset(state));
      if (process.isAlive() && kills++ < KILLS) {
        process.kill();
      } else {
        exitCode = process.awaitExit(PATIENCE);
        output = process.log();
        assertThat(exitCode).as(output).isZero();
      }
    }
    assertThat(kills).isPositive();
    assertThat(output).contains("this went on from byte");
    assertThat(state).doesNotExist();
  }

  private static long offset(Path state) {
    try {
      return JSON.readTree(Files.readAllBytes(state)).path("offset").asLong();
    } catch (IOException | JacksonException notYet) {
      return 0;
    }
  }

  private RedisServer filled() throws IOException {
    RedisServer redis = RedisServer.start(directory);
    RedisWorld.fill(redis, seed, PROGRAMS);
    RedisWorld.fillLarge(redis);
    return redis;
  }

  private Path saved(RedisServer redis) throws IOException {
    try (RespConnection client = redis.connect()) {
      assertThat(client.call("SAVE").text()).isEqualTo("OK");
    }
    return directory.resolve("dump.rdb");
  }

  private void assertSame(RedisServer redis, TestCluster cluster, String table) throws IOException {
    assertThat(contents(cluster, table))
        .containsExactlyEntriesOf(RedisWorld.contents(RedisWorld.address(redis.port(), "")));
  }

  private static Map<String, String> contents(TestCluster cluster, String table) throws IOException {
    return RedisWorld.contents(RedisWorld.address(cluster.node(2).clientPort(), table));
  }

  private Run run(TestCluster cluster, String table, String... arguments) {
    JavaProcess process = start(cluster, table, arguments);
    int exitCode = process.awaitExit(PATIENCE);
    return new Run(exitCode, process.log());
  }

  private JavaProcess start(TestCluster cluster, String table, String... arguments) {
    List<String> all = new ArrayList<>(List.of("import"));
    all.addAll(List.of(arguments));
    all.addAll(List.of("--to", "redis://127.0.0.1:" + cluster.node(1).clientPort(), "--table", table));
    return JavaProcess.start("import", directory.resolve("import-" + runs++ + ".log"), "io.pika.cli.PikaMain",
        List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx64m"), all);
  }
}
