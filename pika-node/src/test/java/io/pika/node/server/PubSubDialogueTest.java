package io.pika.node.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pika.node.log.FsyncMode;
import io.pika.testkit.redis.RedisServer;
import io.pika.testkit.wire.RespConnection;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Three clients that subscribe, publish and ask, byte for byte as with a redis-server. After each step every client
 * says PING with a word of its own, so that what it was sent meanwhile is compared as well.
 */
@Timeout(120)
class PubSubDialogueTest {
  private static final int CLIENTS = 3;
  /** The client, and what it says. */
  private static final List<String> RESP2 = List.of("0 SUBSCRIBE a b a", "0 PING", "0 PING a b", "0 GET x",
      "0 GET",
      "0 FOO bar", "0 CLIENT LIST", "0 AUTH x", "0 SELECT 0", "0 HELLO 3", "0 PSUBSCRIBE a* b?",
      "0 SSUBSCRIBE a",
      "1 PUBLISH a x", "1 PUBLISH ab y", "1 PUBLISH c z", "1 SPUBLISH a s", "1 SPUBLISH ab s",
      "0 PUBLISH a x",
      "1 PUBSUB NUMSUB a b c", "1 PUBSUB NUMPAT", "1 PUBSUB SHARDNUMSUB a b", "1 PUBSUB SHARDCHANNELS",
      "1 PUBSUB CHANNELS b*", "1 PUBSUB CHANNELS a", "2 PSUBSCRIBE a*", "1 PUBSUB NUMPAT", "1 PUBLISH a x",
      "0 UNSUBSCRIBE c", "0 UNSUBSCRIBE a", "1 PUBLISH a x", "0 UNSUBSCRIBE", "0 PUNSUBSCRIBE nosuch",
      "0 PUNSUBSCRIBE", "0 GET x", "0 SUNSUBSCRIBE", "0 GET x", "0 UNSUBSCRIBE", "0 PUNSUBSCRIBE",
      "0 SUNSUBSCRIBE", "0 UNSUBSCRIBE a b", "2 RESET", "1 PUBLISH a x", "2 GET x", "1 PUBSUB",
      "1 PUBSUB FOO",
      "1 PUBSUB CHANNELS a b", "1 PUBSUB CHANNELS", "1 PUBSUB NUMSUB", "1 PUBSUB NUMPAT x",
      "1 PUBSUB SHARDCHANNELS a b", "1 PUBSUB SHARDNUMSUB", "1 PUBSUB HELP", "1 PUBSUB HELP x", "1 SUBSCRIBE",
      "1 PUBLISH a", "1 PUBLISH a b c", "1 SPUBLISH a", "0 CLIENT REPLY OFF", "0 SUBSCRIBE q",
      "1 PUBLISH q loud",
      "0 UNSUBSCRIBE q", "0 CLIENT REPLY ON");
  private static final List<String> RESP3 = List.of("0 HELLO 3 SETNAME x", "0 SUBSCRIBE a b",
      "0 PSUBSCRIBE a*",
      "0 PING", "0 PING hi", "0 PUBLISH a self", "0 SET x 1", "0 GET x", "1 PUBLISH a x", "1 SPUBLISH a x",
      "0 SSUBSCRIBE {t}a {t}b", "0 SPUBLISH {t}b self", "0 PUBSUB NUMSUB a", "0 CLIENT REPLY OFF",
      "0 PUBLISH a off",
      "0 CLIENT REPLY ON", "0 UNSUBSCRIBE nosuch", "0 SUNSUBSCRIBE {t}a {t}b", "0 UNSUBSCRIBE a", "0 RESET",
      "0 GET x",
      "0 PUBLISH a x", "0 HELLO 3 SETNAME x", "0 PSUBSCRIBE *", "0 HELLO 2 SETNAME x", "0 PING", "0 GET x",
      "1 PUBLISH b x", "0 PUNSUBSCRIBE", "0 GET x");

  @TempDir Path directory = Path.of("");

  @Test
  void subscribersHearAndAreAnsweredAsRedisDoes() throws Exception {
    compare(RESP2);
  }

  @Test
  void subscribersThatSpeakResp3Too() throws Exception {
    compare(RESP3);
  }

  /** What several patterns of one client match comes in the order of Redis's hash table, so it is compared in one order. */
  @Test
  void randomDialoguesAreThoseOfRedis() throws Exception {
    long seed = Long.getLong("pika.differential.seed", System.nanoTime());
    Random random = new Random(seed);
    List<String> steps = new ArrayList<>();
    for (int i = 0; i < 400; i++) {
      int client = random.nextInt(CLIENTS);
      String name = List.of("a", "b", "ab", "").get(random.nextInt(4));
      String pattern = List.of("a*", "[b]", "?b", "").get(random.nextInt(4));
      steps.add(client + " " + switch (random.nextInt(16)) {
        case 0 -> "SUBSCRIBE '" + name + "'";
        case 1 -> "PSUBSCRIBE '" + pattern + "'";
        case 2 -> "SSUBSCRIBE '" + name + "'";
        case 3 -> "UNSUBSCRIBE '" + name + "' x '" + name + "'";
        case 4 -> "PUNSUBSCRIBE '" + pattern + "'";
        case 5 -> "SUNSUBSCRIBE '" + name + "'";
        case 6 -> "RESET";
        case 7 -> "HELLO " + (2 + random.nextInt(2));
        case 8 -> "SPUBLISH '" + name + "' s" + i;
        case 9 -> "PUBSUB NUMSUB a b ab ''";
        case 10 -> "PUBSUB NUMPAT";
        case 11 -> "PUBSUB SHARDNUMSUB a b ab ''";
        case 12 -> "PUBSUB CHANNELS '" + name + "'";
        default -> "PUBLISH '" + name + "' m" + i;
      });
    }
    assertThat(steps).as("seed %d", seed).isNotEmpty();
    compare(steps);
  }

  private void compare(List<String> steps) throws Exception {
    assumeTrue(RedisServer.program().isPresent(), "redis-server is not installed");
    try (RedisServer redis = RedisServer.start(directory);
        ServedNode node = new ServedNode(directory.resolve("node"), FsyncMode.NO)) {
      List<RespConnection> theirs = new ArrayList<>();
      List<RespConnection> ours = new ArrayList<>();
      for (int i = 0; i < CLIENTS; i++) {
        theirs.add(redis.connect());
        ours.add(node.connect());
      }
      boolean[] oursSilent = new boolean[CLIENTS];
      boolean[] theirsSilent = new boolean[CLIENTS];
      for (int i = 0; i < steps.size(); i++) {
        String step = steps.get(i);
        assertThat(heard(ours, step, oursSilent, i)).as("step %d of %s", i, steps.subList(0, i + 1))
            .isEqualTo(heard(theirs, step, theirsSilent, i));
      }
      for (RespConnection each : theirs) {
        each.close();
      }
    }
  }

  /**
   * All that every client is sent after one of them has said something. One that wants no replies is not asked; what it
   * was sent meanwhile is read when it wants them again.
   */
  private static String heard(List<RespConnection> clients, String step, boolean[] silent, int number)
      throws IOException {
    int speaker = step.charAt(0) - '0';
    RespConnection talking = clients.get(speaker);
    talking.sendRaw((step.substring(2) + "\r\n").getBytes(StandardCharsets.UTF_8));
    talking.flush();
    silent[speaker] = step.endsWith("REPLY OFF") || silent[speaker] && !step.endsWith("REPLY ON");
    StringBuilder all = new StringBuilder();
    for (int turn = 0; turn < clients.size(); turn++) {
      int i = (speaker + turn) % clients.size();
      if (!silent[i]) {
        all.append(i).append(": ").append(readTo(clients.get(i), "word" + number + "-" + i)).append('\n');
      }
    }
    return all.toString();
  }

  private static String readTo(RespConnection client, String word) throws IOException {
    client.sendRaw(("PING " + word + "\r\n").getBytes(StandardCharsets.UTF_8));
    client.flush();
    List<String> heard = new ArrayList<>();
    List<String> byPattern = new ArrayList<>();
    while (true) {
      String raw = new String(client.readRaw(), StandardCharsets.UTF_8);
      if (raw.contains("pmessage")) {
        byPattern.add(raw);
        continue;
      }
      byPattern.stream().sorted().forEach(heard::add);
      byPattern.clear();
      heard.add(raw);
      if (raw.contains(word)) {
        return String.join("", heard).replace("\r\n", " ").replaceAll("id :\\d+", "id");
      }
    }
  }
}
