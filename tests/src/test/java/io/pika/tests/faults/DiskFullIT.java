package io.pika.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.pika.testkit.process.Member;
import io.pika.testkit.process.TestCluster;
import io.pika.testkit.wire.RespConnection;
import io.pika.testkit.wire.RespValue;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A full disk, as a small file system in memory: writes are refused in Redis's words, reads go on, nothing that was
 * acknowledged is lost, and writes work again when there is space. Needs root for the mount.
 */
class DiskFullIT {
  private static final int DISK_MB = 96;
  private static final int BALLAST_MB = 32;
  private static final Duration SOON = Duration.ofSeconds(30);

  @Test
  void fullDiskRefusesWritesLosesNothingAndWorksAgain(@TempDir Path directory) throws Exception {
    Path disk = Files.createDirectory(directory.resolve("disk"));
    assumeThat(run("mount", "-t", "tmpfs", "-o", "size=" + DISK_MB + "m", "tmpfs", disk.toString()))
        .as("a tmpfs can be mounted (root only)").isZero();
    TestCluster cluster = TestCluster.of(1).nodeSetting("dir", disk.resolve("node").toString())
        .nodeSetting("fsync", "always").prepare();
    try {
      cluster.startAll();
      Path ballast = disk.resolve("ballast");
      Files.write(ballast, new byte[BALLAST_MB << 20]);
      Map<String, String> acknowledged = new HashMap<>();
      fill(cluster.node(1), acknowledged);
      assertReads(cluster.node(1), acknowledged);
      assertThat(cluster.node(1).process().isAlive()).isTrue();

      Files.delete(ballast);
      TestCluster.await("writes work again\n" + cluster.logs(), SOON, () -> writes(cluster.node(1)));
      assertReads(cluster.node(1), acknowledged);
      cluster.node(1).kill();
      cluster.node(1).start();
      assertReads(cluster.node(1), acknowledged);

      Files.write(ballast, new byte[Math.toIntExact(Files.getFileStore(disk).getUsableSpace() / 2)]);
      fill(cluster.node(1), acknowledged);
      cluster.node(1).kill();
      Files.delete(ballast);
      cluster.node(1).start();
      assertReads(cluster.node(1), acknowledged);
      assertThat(writes(cluster.node(1))).isTrue();
    } finally {
      cluster.nodes().forEach(Member::close);
      run("umount", disk.toString());
      cluster.close();
    }
  }

  /** Writes until the disk is full. */
  private static void fill(Member node, Map<String, String> acknowledged) throws IOException {
    int refused = 0;
    try (RespConnection client = node.connect()) {
      for (int i = 0; i < 4_000 && refused < 50; i++) {
        String key = "full:" + acknowledged.size();
        String value = key + "v".repeat(64 << 10);
        RespValue answer = client.call("SET", key, value);
        if (answer.equals(RespValue.OK)) {
          acknowledged.put(key, value);
        } else {
          assertThat(answer.text()).startsWith("MISCONF");
          refused++;
        }
      }
    }
    assertThat(refused).as("writes refused after %d", acknowledged.size()).isEqualTo(50);
  }

  private static void assertReads(Member node, Map<String, String> acknowledged) throws IOException {
    try (RespConnection client = node.connect()) {
      for (Map.Entry<String, String> each : acknowledged.entrySet()) {
        assertThat(client.call("GET", each.getKey())).isEqualTo(RespValue.bulk(each.getValue()));
      }
    }
  }

  private static boolean writes(Member node) {
    try (RespConnection client = node.connect()) {
      return client.call("SET", "again", "v").equals(RespValue.OK)
          && client.call("GET", "again").equals(RespValue.bulk("v"));
    } catch (IOException notYet) {
      return false;
    }
  }

  private static int run(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    process.getInputStream().readAllBytes();
    return process.waitFor(20, TimeUnit.SECONDS) ? process.exitValue() : -1;
  }
}
