package io.pika.tests.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.pika.testkit.process.Member;
import io.pika.testkit.process.TestCluster;
import io.pika.testkit.redis.RedisServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/**
 * Programs in other languages use every family of commands with the client library of their language, through every
 * node; see {@code src/test/clients}. What they expect is first asked of a real redis-server, where there is one.
 */
@ExtendWith(SharedCluster.class)
class ScriptClientsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final Duration INSTALL = Duration.ofSeconds(60);
  private static final int OLDEST_NODE_JS = 20;
  private static final Path SCRIPTS = Path.of("src/test/clients").toAbsolutePath();
  private static final Path INSTALLED = Path.of("target/clients").toAbsolutePath();
  private static final String TABLE = "scripts";

  @TempDir
  @SuppressWarnings("NullAway.Init") // JUnit
  Path temporary;

  private record Run(int exitCode, String output) {}

  @BeforeAll
  static void createTable(TestCluster cluster) {
    cluster.createTable(TABLE, 64, "");
  }

  @Test
  void redisPyUsesEveryFamilyThroughEveryNode(TestCluster cluster) {
    Optional<String> python = Stream.of("/usr/bin/python3", "python3").filter(this::hasRedisPy).findFirst();
    assumeThat(python).as("redis-py is not installed; docs/testing.md says how to install it").isPresent();
    everyFamilyWorks(cluster,
        List.of(python.orElseThrow(), SCRIPTS.resolve("redis-py/families.py").toString()));
  }

  private boolean hasRedisPy(String python) {
    return run(temporary, PATIENCE, List.of(python, "-c", "import redis")).exitCode() == 0;
  }

  @Test
  void ioredisUsesEveryFamilyThroughEveryNode(TestCluster cluster) throws IOException {
    Run version = run(temporary, PATIENCE, List.of("node", "--version"));
    assumeThat(version.exitCode()).as("Node.js is not installed").isZero();
    assumeThat(Integer.parseInt(version.output().replaceFirst("(?s)^v(\\d+)\\..*", "$1")))
        .as("ioredis needs Node.js %d or newer, %s is installed", OLDEST_NODE_JS, version.output().strip())
        .isGreaterThanOrEqualTo(OLDEST_NODE_JS);
    Path installed = installIoredis();
    everyFamilyWorks(cluster, List.of("node", installed.resolve("families.js").toString()));
  }

  /** Modules are looked up beside the program, so it goes where they are. */
  private static Path installIoredis() throws IOException {
    Path directory = Files.createDirectories(INSTALLED.resolve("ioredis"));
    try (Stream<Path> files = Files.list(SCRIPTS.resolve("ioredis"))) {
      for (Path file : files.toList()) {
        Files.copy(file, directory.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
      }
    }
    Run npm = run(directory, INSTALL, List.of("npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund",
        "--prefer-offline", "--fetch-retries=0"));
    assumeThat(npm.exitCode()).as("npm could not install ioredis:\n%s", npm.output()).isZero();
    return directory;
  }

  private void everyFamilyWorks(TestCluster cluster, List<String> program) {
    if (RedisServer.program().isPresent()) {
      try (RedisServer redis = RedisServer.start(temporary)) {
        Run run = run(temporary, PATIENCE, with(program, List.of("0", Integer.toString(redis.port()))));
        assertThat(run.exitCode()).as("with redis-server:\n%s", run.output()).isZero();
      }
    }
    List<String> arguments = new ArrayList<>(List.of(cluster.table(TABLE).get("id").asString()));
    cluster.nodes().stream().map(Member::clientPort).map(String::valueOf).forEach(arguments::add);
    Run run = run(temporary, PATIENCE, with(program, arguments));
    assertThat(run.exitCode()).as(run.output()).isZero();
    System.out.print(run.output());
  }

  private static List<String> with(List<String> program, List<String> arguments) {
    return Stream.concat(program.stream(), arguments.stream()).toList();
  }

  /** A program that is not there ends with a code as the shell gives it. */
  private static Run run(Path directory, Duration deadline, List<String> command) {
    try {
      Path output = Files.createTempFile("pika-script-", ".log");
      try {
        Process process = new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true)
            .redirectOutput(output.toFile()).start();
        boolean ended = process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS);
        if (!ended) {
          process.destroyForcibly();
        }
        return new Run(ended ? process.exitValue() : 124, Files.readString(output, StandardCharsets.UTF_8));
      } finally {
        Files.deleteIfExists(output);
      }
    } catch (IOException notThere) {
      return new Run(127, notThere.toString());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while a program runs", interrupted);
    }
  }
}
