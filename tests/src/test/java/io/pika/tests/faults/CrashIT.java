package io.pika.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.pika.testkit.process.Member;
import io.pika.testkit.process.TestCluster;
import io.pika.tests.Sizes;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * {@code kill -9} of every process in turn, under write load with {@code fsync always}: what was acknowledged is
 * there, what was not is there at most once, and every process comes back by itself. Everyday 8 kills, full 60.
 */
class CrashIT {
  private static final int KILLS = Sizes.of(8, 60);
  private static final int WRITERS = 4;
  private static final String TABLE = "crash";
  private static final String PASSWORD = "crash-secret";

  private final long seed = Sizes.seed("CrashIT");
  private final Random random = new Random(seed);
  private TestCluster cluster;

  @BeforeEach
  void start() {
    cluster = TestCluster.of(3).nodeSetting("fsync", "always").start();
    cluster.createTable(TABLE, 64, PASSWORD);
  }

  @AfterEach
  void end() {
    cluster.close();
  }

  @Test
  void acknowledgedWritesSurviveTheKillOfAnyProcess() throws Exception {
    List<CheckedWriter> writers = startWriters();
    List<Member> victims = new ArrayList<>(cluster.nodes());
    victims.add(cluster.manager());
    List<Thread> threads = writers.stream().map(writer -> Thread.ofPlatform().start(writer)).toList();
    try {
      for (int kill = 0; kill < KILLS; kill++) {
        Member victim = victims.get(kill % victims.size());
        work(writers, 200);
        pauseUpToMillis(300);
        victim.kill();
        pauseUpToMillis(1_000);
        victim.start();
      }
      work(writers, 200);
    } finally {
      writers.forEach(CheckedWriter::stop);
      for (Thread thread : threads) {
        thread.join(Duration.ofSeconds(60));
      }
    }
    checkEverything(writers);
  }

  @Test
  void acknowledgedWritesSurviveTheKillOfAllProcessesAtOnce() throws Exception {
    List<CheckedWriter> writers = startWriters();
    List<Thread> threads = writers.stream().map(writer -> Thread.ofPlatform().start(writer)).toList();
    try {
      for (int kill = 0; kill < Sizes.of(1, 10); kill++) {
        work(writers, 400);
        cluster.nodes().forEach(Member::kill);
        cluster.manager().kill();
        cluster.startAll();
      }
      work(writers, 200);
    } finally {
      writers.forEach(CheckedWriter::stop);
      for (Thread thread : threads) {
        thread.join(Duration.ofSeconds(60));
      }
    }
    checkEverything(writers);
  }

  private List<CheckedWriter> startWriters() {
    List<CheckedWriter> writers = new ArrayList<>();
    for (int i = 0; i < WRITERS; i++) {
      writers
          .add(new CheckedWriter(cluster.nodes(), TABLE, PASSWORD, "w" + i, new Random(random.nextLong())));
    }
    return writers;
  }

  /** Waits until so many more writes were acknowledged: there is load before and after every kill. */
  private void work(List<CheckedWriter> writers, long more) {
    long before = acknowledged(writers);
    try {
      TestCluster.await(more + " more writes acknowledged", Duration.ofSeconds(40),
          () -> acknowledged(writers) >= before + more);
    } catch (IllegalStateException stuck) {
      throw new IllegalStateException(stuck.getMessage() + "\n" + cluster.logs(), stuck);
    }
  }

  private static long acknowledged(List<CheckedWriter> writers) {
    return writers.stream().mapToLong(CheckedWriter::acknowledged).sum();
  }

  private void pauseUpToMillis(int millis) {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(random.nextInt(millis)));
  }

  private void checkEverything(List<CheckedWriter> writers) throws IOException {
    for (CheckedWriter writer : writers) {
      for (Member node : cluster.nodes()) {
        writer.checkAll(node);
      }
      System.out
          .println("CrashIT: " + writer.acknowledged() + " acknowledged, " + writer.lost() + " lost, answers "
              + writer.refusals());
    }
    assertThat(writers.stream().flatMap(writer -> writer.complaints().stream())).as("seed %d", seed)
        .isEmpty();
  }
}
