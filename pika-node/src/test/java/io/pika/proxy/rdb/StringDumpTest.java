package io.pika.proxy.rdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pika.testkit.redis.RedisServer;
import io.pika.testkit.wire.RespConnection;
import io.pika.testkit.wire.RespValue;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StringDumpTest {
  private static final int MAX = 1 << 20;

  @Test
  void theChecksumIsJones() {
    byte[] digits = bytes("123456789");
    assertThat(Crc64.of(digits, 0, digits.length)).isEqualTo(0xe9c6d914c4b8d9caL);
  }

  @Test
  void aShortTextIsWrittenAsItIs() {
    assertThat(HexFormat.of().formatHex(encoded(bytes("hello"))))
        .startsWith("00" + "05" + "68656c6c6f" + "0a00").hasSize(2 * (7 + 10));
  }

  @Test
  void numbersTakeOneTwoOrFourBytes() {
    assertThat(body("127")).isEqualTo("00c07f");
    assertThat(body("-129")).isEqualTo("00c17fff");
    assertThat(body("32768")).isEqualTo("00c200800000");
    assertThat(body("2147483648")).isEqualTo("000a32313437343833363438");
    assertThat(body("007")).isEqualTo("0003303037");
  }

  @Test
  void everyLengthComesBack() {
    for (int length : List.of(0, 1, 20, 21, 63, 64, 16383, 16384, 70_000)) {
      byte[] value = new byte[length];
      new Random(length).nextBytes(value);
      byte[] payload = encoded(value);
      assertThat(Payload.isIntact(payload)).isTrue();
      assertThat(decoded(payload, MAX)).isEqualTo(value);
    }
  }

  @Test
  void lengthsMayBeWrittenLongerThanNeeded() {
    for (String length : List.of("05", "4005", "8000000005", "810000000000000005")) {
      byte[] body = HexFormat.of().parseHex("00" + length + "68656c6c6f");
      assertThat(decoded(sealed(body, 10), MAX)).as(length).isEqualTo(bytes("hello"));
    }
    byte[] compressed = HexFormat.of().parseHex("00" + "c3" + "4005" + "800000000a" + "0061" + "e00000");
    assertThat(decoded(sealed(compressed, 10), MAX)).isEqualTo(bytes("a".repeat(10)));
  }

  @Test
  void aChangedBitIsNoticed() {
    byte[] payload = encoded(bytes("hello"));
    for (int bit = 0; bit < 8 * payload.length; bit++) {
      byte[] broken = payload.clone();
      broken[bit / 8] ^= (byte) (1 << bit % 8);
      assertThat(Payload.isIntact(broken)).as("bit " + bit).isFalse();
    }
    assertThat(Payload.isIntact(new byte[9])).isFalse();
  }

  @Test
  void aLaterVersionIsNotIntactAndAnEarlierOneIs() {
    assertThat(Payload.isIntact(sealed(new byte[]{0, 1, 'a'}, 11))).isFalse();
    assertThat(Payload.isIntact(sealed(new byte[]{0, 1, 'a'}, 6))).isTrue();
  }

  @Test
  void whatIsLongerThanAllowedOrMuchLongerThanItsBytesIsRefusedBeforeItTakesMemory() {
    assertThat(decoded(encoded(new byte[100]), 99)).isNull();
    byte[] bomb = {0, (byte) 0xc3, 3, (byte) 0x80, 0x7f, 0, 0, 0, 0, 1, 1};
    assertThat(decoded(sealed(bomb, 10), Integer.MAX_VALUE)).isNull();
  }

  @Test
  void otherTypesAreRefused() {
    assertThat(decoded(sealed(new byte[]{1, 1, 1, 'a'}, 10), MAX)).isNull();
  }

  @Test
  void payloadsAreRedisPayloads(@TempDir Path directory) throws Exception {
    assumeTrue(RedisServer.program().isPresent(), "redis-server is not installed");
    long seed = System.nanoTime();
    Random random = new Random(seed);
    try (RedisServer redis = RedisServer.start(directory); RespConnection connection = redis.connect()) {
      for (int i = 0; i < 1_000; i++) {
        byte[] value = value(random);
        connection.call(bytes("SET"), bytes("k"), value);
        byte[] expected = ((RespValue.Bulk) connection.call("DUMP", "k")).bytes();
        assertThat(encoded(value)).as("value " + i + " of seed " + seed).isEqualTo(expected);
      }
    }
  }

  /** Not the other way round: Redis also reads lengths that reach into the checksum, and takes odd ones for 0. */
  @Test
  void whatIsReadFromBrokenPayloadsRedisReadsToo(@TempDir Path directory) throws Exception {
    assumeTrue(RedisServer.program().isPresent(), "redis-server is not installed");
    long seed = System.nanoTime();
    Random random = new Random(seed);
    try (RedisServer redis = RedisServer.start(directory); RespConnection connection = redis.connect()) {
      for (int i = 0; i < 2_000; i++) {
        byte[] payload = broken(random);
        byte[] value = decoded(payload, MAX);
        if (value != null) {
          connection.call(bytes("RESTORE"), bytes("k"), bytes("0"), payload, bytes("REPLACE"));
          assertThat(value).as(HexFormat.of().formatHex(payload) + " of seed " + seed)
              .isEqualTo(((RespValue.Bulk) connection.call("GET", "k")).bytes());
        }
      }
    }
  }

  /** A good payload of a short string with a few bytes changed, sealed again. */
  private static byte[] broken(Random random) {
    byte[] value = value(random);
    byte[] payload = encoded(Arrays.copyOf(value, Math.min(value.length, 80)));
    byte[] body = Arrays.copyOf(payload, payload.length - 10);
    for (int i = random.nextInt(3); i >= 0 && body.length > 1; i--) {
      int place = 1 + random.nextInt(Math.min(body.length - 1, random.nextBoolean() ? 3 : 80));
      body[place] = (byte) (random.nextBoolean() ? random.nextInt() : 0xc0 + random.nextInt(5));
    }
    return sealed(body, 10);
  }

  private static byte[] value(Random random) {
    int size = random.nextInt(switch (random.nextInt(4)) {
      case 0 -> 30;
      case 1 -> 300;
      case 2 -> 3_000;
      default -> 30_000;
    });
    int letters = 1 + random.nextInt(random.nextBoolean() ? 4 : 256);
    byte[] value = new byte[size];
    for (int i = 0; i < size; i++) {
      boolean again = i > 300 && random.nextInt(10) < 7;
      value[i] = again ? value[i - 1 - random.nextInt(300)] : (byte) random.nextInt(letters);
    }
    return value;
  }

  private static byte[] encoded(byte[] value) {
    RdbWriter out = new RdbWriter(Long.MAX_VALUE);
    StringDump.write(out, value);
    return Payload.of(out);
  }

  /** Null: it is refused. */
  private static byte @Nullable [] decoded(byte[] payload, long bytesMax) {
    try {
      RdbReader in = Payload.read(payload, bytesMax);
      return in.takeType() == RdbType.STRING ? StringDump.read(in) : null;
    } catch (DamagedException | TooLongException e) {
      return null;
    }
  }

  private static byte[] sealed(byte[] body, int version) {
    ByteBuffer out = ByteBuffer.allocate(body.length + 10).order(ByteOrder.LITTLE_ENDIAN);
    out.put(body).putShort((short) version);
    out.putLong(Crc64.of(out.array(), 0, body.length + 2));
    return out.array();
  }

  private static String body(String value) {
    byte[] payload = encoded(bytes(value));
    return HexFormat.of().formatHex(payload, 0, payload.length - 10);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
