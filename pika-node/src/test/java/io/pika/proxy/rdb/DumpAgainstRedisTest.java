package io.pika.proxy.rdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pika.testkit.redis.RedisServer;
import io.pika.testkit.wire.RespConnection;
import io.pika.testkit.wire.RespValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a redis-server dumps is read, and written again with the same bytes where the value alone tells them. */
class DumpAgainstRedisTest {
  private static final long MAX = 1 << 30;

  @TempDir private static Path directory;
  private static RedisServer redis;
  private static RespConnection connection;

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);

  @BeforeAll
  static void start() throws IOException {
    assumeTrue(RedisServer.program().isPresent(), "redis-server is not installed");
    redis = RedisServer.start(directory, "enable-debug-command", "yes");
    connection = redis.connect();
  }

  @AfterAll
  static void stop() throws IOException {
    if (redis != null) {
      connection.close();
      redis.close();
    }
  }

  @BeforeEach
  void forget() throws IOException {
    call("FLUSHALL");
  }

  @RepeatedTest(30)
  void listsThatGrewAtTheEnd() throws IOException {
    for (int i = size(3_000); i >= 0; i--) {
      call("RPUSH", "k", item());
    }
    assertSameBytes();
  }

  @RepeatedTest(5)
  void listsOfAnyHistory() throws IOException {
    for (int i = size(3_000); i >= 0; i--) {
      call(random.nextBoolean() ? "RPUSH" : "LPUSH", "k", item());
      if (random.nextInt(10) == 0) {
        call(random.nextBoolean() ? "RPOP" : "LPOP", "k");
      }
    }
    call("RPUSH", "k", "last");
    assertSameContent();
  }

  @RepeatedTest(20)
  void setsOfNumbers() throws IOException {
    int bits = 1 + random.nextInt(63);
    for (int i = size(512); i > 0; i--) {
      call("SADD", "k", Long.toString(random.nextLong() >> bits));
    }
    call("SADD", "k", "7");
    assertSameBytes();
  }

  @RepeatedTest(10)
  void setsOfAnything() throws IOException {
    for (int i = size(1_000); i >= 0; i--) {
      call("SADD", "k", item());
    }
    assertSameContent();
  }

  @RepeatedTest(20)
  void hashes() throws IOException {
    boolean small = random.nextBoolean();
    for (int i = size(small ? 500 : 1_000); i >= 0; i--) {
      call("HSET", "k", small ? shortItem() : item(), small ? shortItem() : item());
    }
    if (small) {
      assertSameBytes();
    } else {
      assertSameContent();
    }
  }

  @RepeatedTest(20)
  void sortedSets() throws IOException {
    boolean small = random.nextBoolean();
    for (int i = size(small ? 128 : 500); i >= 0; i--) {
      call("ZADD", "k", score(), small ? shortItem() : item());
    }
    assertSameBytes();
  }

  @RepeatedTest(20)
  void streamsThatOnlyGrew() throws IOException {
    addEntries(size(500));
    addGroups();
    assertSameBytes();
  }

  @RepeatedTest(10)
  void streamsOfAnyHistory() throws IOException {
    addEntries(size(500));
    addGroups();
    for (RespValue id : ((RespValue.Aggregate) call("XRANGE", "k", "-", "+", "COUNT", "50")).values()) {
      if (random.nextInt(3) == 0) {
        call("XDEL", "k", text(((RespValue.Aggregate) id).values().getFirst()));
      }
    }
    call("XTRIM", "k", "MAXLEN", "~", "200");
    assertSameContent();
  }

  @Test
  void streamsWithoutEntries() throws IOException {
    call("XGROUP", "CREATE", "k", "g", "$", "MKSTREAM");
    assertSameBytes();
    call("XADD", "k", "5-5", "a", "1");
    call("XDEL", "k", "5-5");
    assertSameBytes();
  }

  @RepeatedTest(20)
  void whatEarlierVersionsWroteIsReadAsRedisReadsIt() throws IOException {
    OldForms old = new OldForms(random);
    for (RdbType type : RdbType.values()) {
      byte[] payload = old.payload(type);
      assertThat(call("RESTORE", "k", "0", payload, "REPLACE")).as(type.name())
          .isEqualTo(new RespValue.Simple("OK"));
      String expected = Model.read(dump(), MAX).content();
      assertThat(Model.read(payload, MAX).content()).as("seed " + seed + " " + type).isEqualTo(expected);
    }
  }

  private void addEntries(int count) throws IOException {
    List<byte[]> fields = List.of(item(), item(), item());
    long ms = 1 + random.nextInt(1000);
    for (int i = 0; i <= count; i++) {
      ms += random.nextInt(3) == 0 ? random.nextInt(100_000) : 0;
      List<byte[]> command = new ArrayList<>(List.of(bytes("XADD"), bytes("k"), bytes(ms + "-*")));
      int pairs = 1 + random.nextInt(3);
      for (int pair = 0; pair < pairs; pair++) {
        command.add(random.nextInt(5) == 0 ? item() : fields.get(pair));
        command.add(item());
      }
      connection.call(command.toArray(byte[][]::new));
    }
  }

  private void addGroups() throws IOException {
    for (int group = random.nextInt(4); group > 0; group--) {
      call("XGROUP", "CREATE", "k", "g" + group, random.nextBoolean() ? "0" : "$");
      for (int i = random.nextInt(6); i > 0; i--) {
        call("XREADGROUP", "GROUP", "g" + group, "c" + random.nextInt(3), "COUNT",
            Integer.toString(random.nextInt(40)),
            "STREAMS", "k", ">");
      }
    }
  }

  private void assertSameBytes() throws IOException {
    byte[] payload = dump();
    Model model = Model.read(payload, MAX);
    assertThat(model.written()).as("seed " + seed + " " + model.type).isEqualTo(payload);
  }

  private void assertSameContent() throws IOException {
    byte[] payload = dump();
    Model model = Model.read(payload, MAX);
    RespValue digest = call("DEBUG", "DIGEST-VALUE", "k");
    byte[] written = model.written();
    assertThat(Model.read(written, MAX).content()).isEqualTo(model.content());
    assertThat(call("RESTORE", "k", "0", written, "REPLACE")).isEqualTo(new RespValue.Simple("OK"));
    assertThat(call("DEBUG", "DIGEST-VALUE", "k")).as("seed " + seed + " " + model.type).isEqualTo(digest);
  }

  private static byte[] dump() throws IOException {
    return ((RespValue.Bulk) call("DUMP", "k")).bytes();
  }

  private int size(int most) {
    return random.nextInt(random.nextBoolean() ? 5 : most);
  }

  private byte[] shortItem() {
    byte[] item = item();
    return item.length > 64 ? Arrays.copyOf(item, random.nextInt(65)) : item;
  }

  private byte[] item() {
    return switch (random.nextInt(6)) {
      case 0 -> bytes(Long.toString(random.nextLong() >> random.nextInt(64)));
      case 1 -> bytes(Integer.toString(random.nextInt(300) - 150));
      case 2 -> bytes("x".repeat(random.nextInt(random.nextInt(30) == 0 ? 20_000 : 200)));
      case 3 -> bytes("item:" + random.nextInt(1000));
      default -> {
        byte[] bytes = new byte[random.nextInt(random.nextInt(50) == 0 ? 5_000 : 70)];
        random.nextBytes(bytes);
        yield bytes;
      }
    };
  }

  private String score() {
    return switch (random.nextInt(6)) {
      case 0 -> "inf";
      case 1 -> "-inf";
      case 2 -> Integer.toString(random.nextInt(10));
      case 3 -> Long.toString(random.nextLong() >> random.nextInt(60));
      case 4 -> Double.toString(random.nextGaussian() * 1000);
      default -> Double.toString(random.nextInt(1 << 30) / 8.0);
    };
  }

  private static RespValue call(Object... arguments) throws IOException {
    byte[][] command = new byte[arguments.length][];
    for (int i = 0; i < arguments.length; i++) {
      command[i] = arguments[i] instanceof byte[] bytes ? bytes : bytes(arguments[i].toString());
    }
    return connection.call(command);
  }

  private static String text(RespValue bulk) {
    return new String(((RespValue.Bulk) bulk).bytes(), StandardCharsets.ISO_8859_1);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
