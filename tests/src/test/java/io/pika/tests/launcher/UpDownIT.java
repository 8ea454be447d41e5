package io.pika.tests.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.pika.testkit.wire.RespConnection;
import io.pika.testkit.wire.RespValue;
import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** What somebody does in the first ten minutes: {@code ./pika} and a Redis client, nothing else. */
class UpDownIT {
  private static final Duration PATIENCE = Duration.ofMinutes(4);
  private static final int NODES = 3;

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit
  Path temporary;

  private int base;

  private record Run(int exitCode, String out, String err) {}

  @AfterEach
  void stopEverything() throws Exception {
    pika("down", "--purge", "--yes", "--timeout", "10");
  }

  @Test
  void clusterComesUpSurvivesAKillAndGoesDown() throws Exception {
    base = freeBase();
    Run up = pika("up", "--nodes", Integer.toString(NODES), "--base-port", Integer.toString(base));
    assertThat(up.exitCode()).as(up.err()).isZero();
    assertThat(up.out()).contains("redis-cli -p " + (base + 1));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(dir().resolve("cluster.secret"))))
        .isEqualTo("rw-------");
    assertThat(
        PosixFilePermissions.toString(Files.getPosixFilePermissions(dir().resolve("manager/admin.token"))))
        .isEqualTo("rw-------");

    Run create = pika("table", "create", "shop", "--slots", "64", "--password", "shop-secret");
    assertThat(create.exitCode()).as(create.err()).isZero();
    everyNodeServesTheTable();
    assertThat(pika("table", "create", "shop").exitCode()).as("the name is taken").isEqualTo(4);
    assertThat(pika("slot", "of", "shop", "user:1", "-o", "tsv").out()).startsWith("user:1\tshop\t26\t");

    assertThat(status().path("nodes")).hasSize(NODES);
    Run doctor = pika("doctor");
    assertThat(doctor.exitCode()).as(doctor.out()).isZero();
    Run again = pika("up");
    assertThat(again.exitCode()).as(again.err()).isZero();
    assertThat(again.err()).contains("runs already");

    killAndBringBack("node-2");
    try (RespConnection client = onShop(1)) {
      assertThat(client.call("MGET", "user:1", "user:2", "user:3").toString()).contains("ann", "bob", "cleo");
    }

    Run down = pika("down");
    assertThat(down.exitCode()).as(down.err()).isZero();
    assertThat(down.err()).contains("data stays");
    assertThat(pika("status").exitCode()).as("no manager").isEqualTo(3);
    assertThat(pika("doctor").exitCode()).isEqualTo(1);
    assertThat(pika("down", "--purge", "--yes").exitCode()).isZero();
    assertThat(dir()).doesNotExist();
  }

  @Test
  void failedStartSaysWhyAndLeavesNothingRunning() throws Exception {
    base = freeBase();
    Path settings = dir().resolve("etc/node-1.yaml");
    Files.createDirectories(dir().resolve("etc"));
    Files.writeString(settings, "# mine\nlogleval: debug\n");
    Run up = pika("up", "--nodes", "1", "--base-port", Integer.toString(base));
    assertThat(up.exitCode()).isEqualTo(1);
    assertThat(up.err()).contains("node-1 ended while starting",
        settings + ":2: there is no setting logleval; did you mean loglevel?");
    assertThat(pika("status", "-o", "json").out()).doesNotContain("\"running\"");

    Files.writeString(settings, "loglevel: debug\n");
    try (ServerSocket taken = new ServerSocket()) {
      taken.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), base + 1));
      Run busy = pika("up");
      assertThat(busy.exitCode()).isEqualTo(1);
      assertThat(busy.err()).contains("port " + (base + 1) + " (node-1, clients) is used by process "
          + ProcessHandle.current().pid(), "--base-port");
    }
  }

  private void everyNodeServesTheTable() throws IOException {
    try (RespConnection first = onShop(1);
        RespConnection second = onShop(2);
        RespConnection third = onShop(3)) {
      assertThat(first.call("SET", "user:1", "ann")).isEqualTo(RespValue.OK);
      assertThat(first.call("SET", "user:2", "bob")).isEqualTo(RespValue.OK);
      assertThat(first.call("SET", "user:3", "cleo")).isEqualTo(RespValue.OK);
      assertThat(second.call("GET", "user:1").toString()).contains("ann");
      assertThat(third.call("GET", "user:2").toString()).contains("bob");
    }
  }

  private void killAndBringBack(String process) throws Exception {
    for (JsonNode row : status().path("processes")) {
      if (row.path("process").asString().equals(process)) {
        ProcessHandle handle = ProcessHandle.of(row.path("pid").asLong()).orElseThrow();
        assertThat(handle.destroyForcibly()).isTrue();
        handle.onExit().get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
      }
    }
    assertThat(pika("status").exitCode()).isEqualTo(1);
    Run doctor = pika("doctor");
    assertThat(doctor.exitCode()).isEqualTo(1);
    assertThat(doctor.out()).contains("fail  " + process);
    Run up = pika("up");
    assertThat(up.exitCode()).as(up.err()).isZero();
    assertThat(up.err()).contains("the cluster runs already but for " + process);
  }

  private RespConnection onShop(int node) throws IOException {
    RespConnection client = RespConnection.open("127.0.0.1", base + node, Duration.ofSeconds(30));
    assertThat(client.call("AUTH", "shop-secret")).isEqualTo(RespValue.OK);
    assertThat(client.call("SELECT", "shop")).isEqualTo(RespValue.OK);
    return client;
  }

  private JsonNode status() throws Exception {
    return JsonMapper.shared().readTree(pika("status", "-o", "json").out());
  }

  private Path dir() {
    return temporary.resolve("a cluster");
  }

  private Run pika(String... arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of("bash", root().resolve("pika").toString()));
    command.addAll(List.of(arguments));
    File out = Files.createTempFile(temporary, "out", "").toFile();
    File err = Files.createTempFile(temporary, "err", "").toFile();
    ProcessBuilder builder = new ProcessBuilder(command).directory(temporary.toFile()).redirectOutput(out)
        .redirectError(err).redirectInput(new File("/dev/null"));
    // Maven has just built it; and it must not matter what is set where the tests run.
    builder.environment().keySet().removeIf(name -> name.startsWith("PIKA_"));
    builder.environment().putAll(Map.of("PIKA_NO_BUILD", "1", "PIKA_DIR", dir().toString(), "XDG_CACHE_HOME",
        temporary.resolve("cache").toString()));
    Process process = builder.start();
    try {
      assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).as("pika %s ends", command)
          .isTrue();
    } finally {
      process.destroyForcibly();
    }
    return new Run(process.exitValue(), Files.readString(out.toPath()), Files.readString(err.toPath()));
  }

  private static Path root() {
    Path here = Path.of("").toAbsolutePath();
    while (!Files.exists(here.resolve("mvnw"))) {
      here = Objects.requireNonNull(here.getParent(), "the tests run inside the project");
    }
    return here;
  }

  /** A base whose ports nobody uses now. */
  private static int freeBase() {
    for (int candidate = 20_220; candidate < 50_000; candidate += 200) {
      boolean free = true;
      for (int node = 1; node <= NODES; node++) {
        free &= isFree(candidate + node) && isFree(candidate + 10_000 + node)
            && isFree(candidate - 1000 + node);
      }
      if (free && isFree(candidate + 80) && isFree(candidate + 81)) {
        return candidate;
      }
    }
    throw new IllegalStateException("no free ports");
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException taken) {
      return false;
    }
  }
}
