package io.pika.tests.bench;

import io.pika.testkit.redis.RedisServer;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** What a reader of figures must know of the machine that they are from. */
final class Machine {
  private Machine() {}

  static List<String> facts() throws IOException {
    return List.of(
        LocalDateTime.now().format(DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm", Locale.ROOT)),
        Runtime.getRuntime().availableProcessors() + " cores, " + processor() + "; Java "
            + Runtime.version().feature()
            + "; " + redisVersion(),
        load());
  }

  /** More than a little of it: somebody else is working on the machine. */
  static String load() {
    return String.format(Locale.ROOT, "load of the machine before it began: %.2f",
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
  }

  private static String processor() throws IOException {
    return Files.readAllLines(Path.of("/proc/cpuinfo")).stream().filter(line -> line.startsWith("model name"))
        .map(line -> line.substring(line.indexOf(':') + 1).strip()).findFirst().orElse("of an unknown kind");
  }

  private static String redisVersion() throws IOException {
    Path program = RedisServer.program()
        .orElseThrow(() -> new IOException("redis-server is not installed: apt-get install redis-server"));
    Process asked = new ProcessBuilder(program.toString(), "--version").redirectErrorStream(true).start();
    String answer = new String(asked.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return answer.replaceFirst("(?s)Redis server v=(\\S+).*", "redis-server $1");
  }
}
