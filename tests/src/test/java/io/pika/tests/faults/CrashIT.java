package io.pika.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.pika.testkit.process.Member;
import io.pika.testkit.process.TestCluster;
import io.pika.testkit.redis.RedisServer;
import io.pika.testkit.wire.RespConnection;
import io.pika.tests.Sizes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * {@code kill -9} of every process in turn, under write load with {@code fsync always}: what was acknowledged is
 * there, what was not is there at most once, and every process comes back by itself. Everyday 8 kills, full 60. Keys of
 * all types are compared with a redis-server that did what was acknowledged.
 */
class CrashIT {
  private static final int KILLS = Sizes.of(8, 60);
  private static final int WRITERS = 3;
  private static final int SMALL_HEAP_MB = 80;
  private static final int LEAST_DATA_MB = 16;
  /** Of 30 KB, on three nodes whose write tiers have 20 MB. */
  private static final int FILLING_VALUES = 3_000;
  private static final int ORACLE_WRITERS = 2;
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final String TABLE = "crash";
  private static final String PASSWORD = "crash-secret";

  private final long seed = Sizes.seed("CrashIT");
  private final Random random = new Random(seed);
  private final List<RespConnection> oracles = new ArrayList<>();
  private @Nullable RedisServer redis;
  @SuppressWarnings("NullAway.Init") // each test starts its own
  private TestCluster cluster;

  @BeforeEach
  void startRedis(@TempDir Path directory) throws IOException {
    if (RedisServer.program().isPresent()) {
      redis = RedisServer.start(directory);
      for (int i = 0; i < ORACLE_WRITERS; i++) {
        oracles.add(RespConnection.open("127.0.0.1", redis.port(), PATIENCE));
      }
    }
  }

  private void start(TestCluster.Builder builder) {
    cluster = builder.nodeSetting("fsync", "always").start();
    cluster.createTable(TABLE, 64, PASSWORD);
  }

  @AfterEach
  void end() throws IOException {
    cluster.close();
    for (RespConnection oracle : oracles) {
      oracle.close();
    }
    if (redis != null) {
      redis.close();
    }
  }

  @Test
  void acknowledgedWritesSurviveTheKillOfAnyProcess() throws Exception {
    start(TestCluster.of(3));
    List<Member> victims = new ArrayList<>(cluster.nodes());
    victims.add(cluster.manager());
    assertSurvives(writers(), writers -> {
      for (int kill = 0; kill < KILLS; kill++) {
        Member victim = victims.get(kill % victims.size());
        work(writers, 200);
        pauseUpToMillis(300);
        victim.kill();
        pauseUpToMillis(1_000);
        victim.start();
      }
    });
  }

  /** With so little memory that somebody who writes much has everything go to RocksDB at once, and come from there. */
  @Test
  void acknowledgedWritesSurviveTheKillOfAllProcessesAtOnce() throws Exception {
    start(TestCluster.of(3).nodeHeapMb(SMALL_HEAP_MB).nodeDataMb(LEAST_DATA_MB));
    CrashLoad filling = new FillingWriter(cluster.nodes(), TABLE, PASSWORD, "f",
        new Random(random.nextLong()));
    List<CrashLoad> all = writers();
    all.add(filling);
    assertSurvives(all, writers -> {
      for (int kill = 0; kill < Sizes.of(1, 10); kill++) {
        work(List.of(filling), FILLING_VALUES);
        cluster.nodes().forEach(Member::kill);
        cluster.manager().kill();
        cluster.startAll();
      }
    });
  }

  private void assertSurvives(List<CrashLoad> writers, Consumer<List<CrashLoad>> kills) throws Exception {
    List<Thread> threads = writers.stream().map(writer -> Thread.ofPlatform().start(writer)).toList();
    try {
      kills.accept(writers);
      work(writers, 200);
    } finally {
      writers.forEach(CrashLoad::stop);
      for (Thread thread : threads) {
        thread.join(Duration.ofSeconds(60));
      }
    }
    checkEverything(writers);
  }

  private List<CrashLoad> writers() {
    List<CrashLoad> writers = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      writers
          .add(new CheckedWriter(cluster.nodes(), TABLE, PASSWORD, "w" + i, new Random(random.nextLong())));
    }
    for (int i = 0; i < oracles.size(); i++) {
      writers.add(new OracleWriter(cluster.nodes(), TABLE, PASSWORD, "o" + i, new Random(random.nextLong()),
          oracles.get(i)));
    }
    return writers;
  }

  /** Waits until so many more writes were acknowledged: there is load before and after every kill. */
  private void work(List<CrashLoad> writers, long more) {
    long before = acknowledged(writers);
    try {
      TestCluster.await(more + " more writes acknowledged", Duration.ofSeconds(40),
          () -> acknowledged(writers) >= before + more);
    } catch (IllegalStateException stuck) {
      throw new IllegalStateException(stuck.getMessage() + "\n" + cluster.logs(), stuck);
    }
  }

  private static long acknowledged(List<CrashLoad> writers) {
    return writers.stream().mapToLong(CrashLoad::acknowledged).sum();
  }

  private void pauseUpToMillis(int millis) {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(millis)));
  }

  private void checkEverything(List<CrashLoad> writers) throws IOException {
    for (CrashLoad writer : writers) {
      for (Member node : cluster.nodes()) {
        writer.checkAll(node);
      }
      System.out.println("CrashIT: " + writer.summary());
    }
    assertThat(writers.stream().flatMap(writer -> writer.complaints().stream())).as("seed %d", seed)
        .isEmpty();
  }
}
