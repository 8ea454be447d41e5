package io.pika.node.type;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pika.testkit.redis.RedisServer;
import io.pika.testkit.wire.RespConnection;
import io.pika.testkit.wire.RespValue;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LongDoubleTest {
  private static final int PAIRS = 10_000;

  @Test
  void sumsAreRoundedToSixtyFourBits() {
    assertThat(sum("0.1", "0.2")).isEqualTo("0.3");
    assertThat(sum("3.0e3", "200")).isEqualTo("3200");
    assertThat(sum("18446744073709551615", "1")).isEqualTo("18446744073709551616");
    assertThat(sum("18446744073709551616", "1")).isEqualTo("18446744073709551616");
    assertThat(sum("18446744073709551616", "3")).isEqualTo("18446744073709551620");
  }

  @Test
  void theSmallestNumberIsANumberAndHalfOfItIsNone() {
    assertThat(parse("3.6451995318824746025e-4951")).isNotNull();
    assertThat(parse("1.8225997659412373012e-4951")).isNull();
    assertThat(parse("-1e-99999")).isNull();
    assertThat(parse("0e99999999999999999999")).isNotNull();
  }

  @Test
  void theBiggestNumberIsFiniteAndTheNextIsNoNumber() {
    assertThat(Objects.requireNonNull(parse("1.18973149535723176502e+4932")).isFinite()).isTrue();
    assertThat(parse("1.18973149535723176509e+4932")).isNull();
    assertThat(Objects.requireNonNull(parse("-inf")).isFinite()).isFalse();
  }

  @Test
  void zeroHasNoSign() {
    assertThat(sum("-0", "-0.0")).isEqualTo("0");
    assertThat(sum("-1e-30", "0")).isEqualTo("0");
  }

  @Test
  void hugeTextsAreRefusedAndLongOnesRead() {
    assertThat(parse("1".repeat(5119))).isNull();
    assertThat(sum("0." + "0".repeat(5000) + "1e5001", "0")).isEqualTo("1");
    assertThat(parse("1".repeat(4000))).isNotNull();
    assertThat(parse("0".repeat(5120))).isNull();
  }

  @Test
  void sumsAreRedisSums(@TempDir Path directory) throws Exception {
    assumeTrue(RedisServer.program().isPresent(), "redis-server is not installed");
    long seed = System.nanoTime();
    Random random = new Random(seed);
    List<String[]> pairs = new ArrayList<>();
    try (RedisServer redis = RedisServer.start(directory); RespConnection connection = redis.connect()) {
      for (int i = 0; i < PAIRS; i++) {
        String[] pair = {number(random), number(random)};
        pairs.add(pair);
        connection.send("SET", "k", pair[0]);
        connection.send("INCRBYFLOAT", "k", pair[1]);
        if (i % 500 == 499) {
          compare(connection, pairs, seed);
        }
      }
    }
  }

  private static void compare(RespConnection connection, List<String[]> pairs, long seed) throws Exception {
    connection.flush();
    for (String[] pair : pairs) {
      connection.read();
      RespValue reply = connection.read();
      assertThat(answer(pair[0], pair[1])).as(pair[0] + " + " + pair[1] + ", seed " + seed)
          .isEqualTo(reply.text());
    }
    pairs.clear();
  }

  /** Of every magnitude that the format has, and beyond. */
  private static String number(Random random) {
    String sign = random.nextInt(3) == 0 ? "-" : "";
    return sign + switch (random.nextInt(6)) {
      case 0 -> Long.toUnsignedString(random.nextLong());
      case 1 -> Double.toString(random.nextDouble());
      case 2 -> random.nextInt(1000) + "." + random.nextInt(100000);
      case 3 -> random.nextLong(Long.MAX_VALUE) + "e" + (random.nextInt(10_100) - 5_060);
      case 4 -> "0x" + Long.toHexString(random.nextLong()) + "." + Integer.toHexString(random.nextInt()) + "p"
          + (random.nextInt(34_000) - 17_000);
      default -> Long.toUnsignedString(random.nextLong()) + random.nextInt(10) + "e-" + random.nextInt(60);
    };
  }

  private static String answer(String first, String second) {
    LongDouble one = parse(first);
    LongDouble other = parse(second);
    if (one == null || other == null) {
      return "ERR value is not a valid float";
    }
    LongDouble sum = one.plus(other);
    return sum.isFinite()
        ? new String(sum.format(), StandardCharsets.US_ASCII)
        : "ERR increment would produce NaN or Infinity";
  }

  private static String sum(String first, String second) {
    return answer(first, second);
  }

  private static @Nullable LongDouble parse(String text) {
    return LongDouble.parse(text.getBytes(StandardCharsets.US_ASCII));
  }
}
