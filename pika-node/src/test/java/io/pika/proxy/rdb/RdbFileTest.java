package io.pika.proxy.rdb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pika.proxy.rdb.RdbEntry.Aux;
import io.pika.proxy.rdb.RdbEntry.Key;
import io.pika.proxy.rdb.RdbEntry.Library;
import io.pika.proxy.rdb.RdbEntry.Sizes;
import io.pika.proxy.rdb.RdbFile.Position;
import io.pika.testkit.redis.RedisServer;
import io.pika.testkit.wire.RespConnection;
import io.pika.testkit.wire.RespValue;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** RDB files: those of a real redis-server, those of its forefathers, and broken ones. */
class RdbFileTest {
  private static final long STRING_MAX = 1 << 20;
  private static final int KEPT_MAX = 1 << 20;
  private static final long LATER_MS = 4_000_000_000_000L;

  private final long seed = System.nanoTime();
  private final Random random = new Random(seed);

  /** An entry, and of a key its value's dump; or where reading has ended. */
  private record Seen(String entry, String value, Position after) {}

  @Test
  void everyKeyComesWithTheValueThatRedisDumps(@TempDir Path directory) throws IOException {
    assumeTrue(RedisServer.program().isPresent(), "redis-server is not installed");
    try (RedisServer redis = RedisServer.start(directory, "maxmemory-policy", "allkeys-lfu");
        RespConnection client = redis.connect()) {
      fill(client);
      assertThat(client.call("SAVE").text()).isEqualTo("OK");
      byte[] file = Files.readAllBytes(directory.resolve("dump.rdb"));
      List<Seen> seen = read(file, Position.START);
      assertThat(seen).extracting(Seen::entry).contains("library", "sizes 12 2", "aux redis-ver");
      for (Seen each : seen) {
        if (each.entry.startsWith("key ")) {
          String[] words = each.entry.split(" ");
          client.call("SELECT", words[1]);
          byte[] dump = ((RespValue.Bulk) client.call("DUMP", words[2])).bytes();
          assertThat(Model.read(HexFormat.of().parseHex(each.value), STRING_MAX).content()).as(each.entry)
              .isEqualTo(Model.read(dump, STRING_MAX).content());
          assertThat(client.call("PEXPIRETIME", words[2]).number()).isEqualTo(Long.parseLong(words[3]));
        }
      }
      assertThat(seen.stream().filter(each -> each.entry.startsWith("key ")).count()).isEqualTo(13);
      assertResumesAnywhere(file, seen);
      assertEveryCutIsNoticed(file);
      assertEveryChangedBitIsNoticed(file);
    }
  }

  private static void fill(RespConnection client) throws IOException {
    client.call("FUNCTION", "LOAD", "#!lua name=lib\nredis.register_function('f', function() return 1 end)");
    for (int i = 0; i < 300; i++) {
      client.call("HSET", "hash", "field" + i, "value".repeat(20) + i);
      client.call("SADD", "set", "member" + i);
      client.call("SADD", "intset", "" + i * 1000);
      client.call("ZADD", "zset", "" + i / 3.0, "member" + i);
      client.call("RPUSH", "list", "item".repeat(30) + i);
      client.call("XADD", "stream", (i + 1) + "-0", "a", "b" + i);
    }
    client.call("XGROUP", "CREATE", "stream", "group", "0");
    client.call("XREADGROUP", "GROUP", "group", "ann", "COUNT", "20", "STREAMS", "stream", ">");
    client.call("HSET", "small-hash", "a", "1");
    client.call("ZADD", "small-zset", "inf", "a");
    client.call("RPUSH", "small-list", "a", "1");
    client.call("SET", "number", "12345");
    client.call("SET", "text", "abc".repeat(1000));
    client.call("SET", "expiring", "x", "PXAT", Long.toString(LATER_MS));
    client.call("PEXPIREAT", "set", Long.toString(LATER_MS + 1));
    client.call("SELECT", "7");
    client.call("SET", "elsewhere", "x");
  }

  @Test
  void filesOfEarlierVersionsAreRead() throws IOException {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes("REDIS0003".getBytes(StandardCharsets.US_ASCII));
    file.writeBytes(HexFormat.of().parseHex("fe00"));
    OldForms forms = new OldForms(random);
    List<String> written = new ArrayList<>();
    for (RdbType type : RdbType.values()) {
      byte[] payload = forms.payload(type);
      String time = switch (type.code() % 3) {
        case 0 -> "fd" + "80d0c35d";
        case 1 -> "fc" + "00a0db215d000000";
        default -> "f909f80a";
      };
      file.writeBytes(HexFormat.of().parseHex(time));
      file.write(payload[0]);
      file.write(type.name().length());
      file.writeBytes(type.name().getBytes(StandardCharsets.US_ASCII));
      file.write(payload, 1, payload.length - 11);
      written.add("key 0 " + type.name() + " " + switch (type.code() % 3) {
        case 0 -> "1573113984000";
        case 1 -> "400000000000";
        default -> "-1";
      });
    }
    file.write(0xff);
    List<Seen> seen = read(file.toByteArray(), Position.START);
    assertThat(seen).as("seed %d", seed).extracting(Seen::entry).containsExactlyElementsOf(written);
  }

  @Test
  void whatIsNotReadIsRefusedByName() {
    assertRefused("REDIS0011", "", "at byte 5: RDB version 11; versions up to 10 are read");
    assertRefused("GIF89a..........", "", "at byte 0: no RDB file");
    assertRefused("REDIS0010", "f70102", "at byte 9: data of a module");
    assertRefused("REDIS0010", "fe0007016101", "at byte 11: a key of a module's type");
    assertRefused("REDIS0010", "f6", "at byte 9: functions of a release candidate");
    assertRefused("REDIS0010", "f3", "at byte 9: an entry of a kind that is not known: 243");
    assertRefused("REDIS0010", "0001618040000000", "a string of more than 1048576 bytes");
    assertRefused("REDIS0010", "ff0102030405060708", "at byte 18: the checksum of all before is");
  }

  private static void assertRefused(String head, String body, String message) {
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    file.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
    file.writeBytes(HexFormat.of().parseHex(body));
    assertThatThrownBy(() -> read(file.toByteArray(), Position.START)).isInstanceOf(RdbDamage.class)
        .hasMessageContaining(message);
  }

  private void assertResumesAnywhere(byte[] file, List<Seen> whole) throws IOException {
    for (int i = 0; i < whole.size(); i++) {
      assertThat(read(file, whole.get(i).after)).isEqualTo(whole.subList(i + 1, whole.size()));
    }
  }

  private void assertEveryCutIsNoticed(byte[] file) {
    for (int i = 0; i < 300; i++) {
      int length = random.nextInt(file.length);
      assertThatThrownBy(() -> read(Arrays.copyOf(file, length), Position.START)).as("cut to %d", length)
          .isInstanceOfSatisfying(RdbDamage.class,
              damage -> assertThat(damage.offset()).isLessThanOrEqualTo(length));
    }
  }

  private void assertEveryChangedBitIsNoticed(byte[] file) {
    for (int i = 0; i < 300; i++) {
      byte[] changed = file.clone();
      int place = random.nextInt(file.length);
      changed[place] ^= (byte) (1 << random.nextInt(8));
      assertThatThrownBy(() -> read(changed, Position.START)).as("changed at %d", place)
          .isInstanceOf(RdbDamage.class);
    }
  }

  private static List<Seen> read(byte[] bytes, Position from) throws IOException {
    int at = (int) from.offset();
    RdbFile file = new RdbFile(new ByteArrayInputStream(bytes, at, bytes.length - at), from, STRING_MAX);
    List<Seen> seen = new ArrayList<>();
    while (true) {
      RdbEntry entry = file.next();
      switch (entry) {
        case null -> {
          return seen;
        }
        case Key key -> {
          file.keepValue(KEPT_MAX);
          file.value(new IgnoredValue());
          byte[] value = file.keptValue(key.type());
          seen.add(new Seen(
              "key " + key.database() + " " + new String(key.name(), StandardCharsets.UTF_8) + " "
                  + (key.expireAtMs() == 0 ? -1 : key.expireAtMs()),
              HexFormat.of().formatHex(value), file.position()));
        }
        case Aux aux ->
          seen.add(new Seen("aux " + new String(aux.name(), StandardCharsets.UTF_8), "", file.position()));
        case Sizes(long keys, long expiring) ->
          seen.add(new Seen("sizes " + keys + " " + expiring, "", file.position()));
        case Library _ -> seen.add(new Seen("library", "", file.position()));
      }
    }
  }
}
