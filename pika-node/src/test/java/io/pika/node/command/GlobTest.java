package io.pika.node.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pika.core.bytes.Bytes;
import io.pika.proxy.protocol.Glob;
import io.pika.testkit.redis.RedisServer;
import io.pika.testkit.wire.RespConnection;
import io.pika.testkit.wire.RespValue;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class GlobTest {
  private static final String KEY_LETTERS = "aab-^]\\*c\u00e9\u00ff";
  private static final String PATTERN_LETTERS = "aab**??[[]]^^--\\\\c\u00e9\u00ff";

  @Test
  void theUsualPatternsMatch() {
    assertThat(matches("h?llo", "hello")).isTrue();
    assertThat(matches("h*llo", "heeeello")).isTrue();
    assertThat(matches("h[ae]llo", "hillo")).isFalse();
    assertThat(matches("h[^e]llo", "hallo")).isTrue();
    assertThat(matches("h[a-b]llo", "hbllo")).isTrue();
    assertThat(matches("h[b-a]llo", "hbllo")).isTrue();
    assertThat(matches("\\*", "*")).isTrue();
    assertThat(matches("*a*b", "xaxaxb")).isTrue();
    assertThat(matches("*a*b", "xaxaxbx")).isFalse();
  }

  @Test
  void onlyTheSingleStarFindsTheEmptyKey() {
    assertThat(matches("*", "")).isTrue();
    assertThat(matches("**", "")).isFalse();
    assertThat(matches("", "")).isTrue();
    assertThat(matches("?", "")).isFalse();
  }

  @Test
  @Timeout(10)
  void noPatternIsDangerous() {
    assertThat(matches("a*".repeat(5_000) + "b", "a".repeat(20_000))).isFalse();
    assertThat(matches("*".repeat(100_000), "a".repeat(100_000))).isTrue();
    assertThat(matches("[".repeat(2_000) + "*", "a".repeat(2_000))).isFalse();
  }

  @Test
  void keysAreFoundAsRedisFindsThem(@TempDir Path directory) throws Exception {
    assumeTrue(RedisServer.program().isPresent(), "redis-server is not installed");
    long seed = System.nanoTime();
    Random random = new Random(seed);
    try (RedisServer redis = RedisServer.start(directory); RespConnection connection = redis.connect()) {
      connection.timeout(Duration.ofSeconds(30));
      List<Bytes> keys = keys(random, connection);
      for (int i = 0; i < 3_000; i++) {
        byte[] pattern = text(random, PATTERN_LETTERS, 9);
        List<Bytes> expected = connection.call("KEYS".getBytes(StandardCharsets.US_ASCII), pattern).items()
            .stream()
            .map(key -> Bytes.of(((RespValue.Bulk) key).bytes())).toList();
        Glob glob = new Glob(pattern);
        assertThat(keys.stream().filter(key -> glob.matches(key.array())).toList())
            .as("pattern " + new String(pattern, StandardCharsets.ISO_8859_1) + " of seed " + seed)
            .containsExactlyInAnyOrderElementsOf(expected);
      }
    }
  }

  private static List<Bytes> keys(Random random, RespConnection connection) throws Exception {
    List<Bytes> keys = new ArrayList<>();
    for (int i = 0; i < 120; i++) {
      Bytes key = Bytes.of(text(random, KEY_LETTERS, 5));
      if (!keys.contains(key)) {
        keys.add(key);
        connection.call("SET".getBytes(StandardCharsets.US_ASCII), key.array(), new byte[0]);
      }
    }
    return keys;
  }

  private static byte[] text(Random random, String letters, int most) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(most + 1); i > 0; i--) {
      text.append(letters.charAt(random.nextInt(letters.length())));
    }
    return text.toString().getBytes(StandardCharsets.ISO_8859_1);
  }

  private static boolean matches(String pattern, String key) {
    return new Glob(pattern.getBytes(StandardCharsets.ISO_8859_1))
        .matches(key.getBytes(StandardCharsets.ISO_8859_1));
  }
}
