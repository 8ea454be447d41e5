package io.pika.tests.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisFuture;
import io.lettuce.core.RedisURI;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.codec.ByteArrayCodec;
import io.lettuce.core.protocol.ProtocolVersion;
import io.pika.testkit.process.Member;
import io.pika.testkit.process.TestCluster;
import io.pika.testkit.wire.RespConnection;
import io.pika.testkit.wire.RespValue;
import io.pika.tests.Sizes;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.Response;

/** Clients that people use, against each node, with long pipelines, big values and keys of any bytes. */
@ExtendWith(SharedCluster.class)
class ClientsIT {
  private static final int PIPELINE = 10_000;
  private static final int MEGABYTE = 1 << 20;
  private static final int LARGEST = 64 * MEGABYTE;
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final String TABLE = "clients";
  private static final String PASSWORD = "client-secret";

  @BeforeAll
  static void createTable(TestCluster cluster) {
    cluster.createTable(TABLE, 64, PASSWORD);
  }

  @Test
  void jedisPipelinesTenThousandCommandsThroughEveryNode(TestCluster cluster) {
    for (Member node : cluster.nodes()) {
      for (RedisProtocol protocol : RedisProtocol.values()) {
        String name = node.name() + protocol;
        try (Jedis jedis = jedis(cluster, node, protocol)) {
          Pipeline pipeline = jedis.pipelined();
          List<Response<Long>> counts = new ArrayList<>();
          for (int i = 0; i < PIPELINE / 2; i++) {
            pipeline.set("jedis:" + i, name + i);
            counts.add(pipeline.incr("jedis:counter:" + name));
          }
          pipeline.sync();
          for (int i = 0; i < counts.size(); i++) {
            assertThat(counts.get(i).get()).isEqualTo(i + 1L);
          }
          assertThat(jedis.get("jedis:4999")).isEqualTo(name + 4999);
          assertThat(jedis.mget("jedis:0", "jedis:1", "absent")).containsExactly(name + 0, name + 1, null);
        }
      }
    }
  }

  @Test
  void lettucePipelinesTenThousandCommandsThroughEveryNode(TestCluster cluster) throws Exception {
    for (Member node : cluster.nodes()) {
      for (ProtocolVersion protocol : List.of(ProtocolVersion.RESP2, ProtocolVersion.RESP3)) {
        RedisClient client = lettuce(cluster, node, protocol);
        try (StatefulRedisConnection<byte[], byte[]> connection = client.connect(ByteArrayCodec.INSTANCE)) {
          byte[] counter = bytes("lettuce:" + node.name() + protocol);
          List<RedisFuture<Long>> counts = new ArrayList<>();
          for (int i = 0; i < PIPELINE; i++) {
            counts.add(connection.async().incr(counter));
          }
          for (int i = 0; i < PIPELINE; i++) {
            assertThat(counts.get(i).get(60, TimeUnit.SECONDS)).isEqualTo(i + 1L);
          }
        } finally {
          client.shutdown(Duration.ZERO, Duration.ofSeconds(5));
        }
      }
    }
  }

  @Test
  void repliesOfALongPipelineComeInTheOrderOfTheRequests(TestCluster cluster) throws Exception {
    Member node = cluster.node(2);
    try (RespConnection client = TestCluster.connect(node, TABLE, PASSWORD)) {
      Thread sender = Thread.ofVirtual().start(() -> {
        try {
          for (int i = 0; i < PIPELINE; i++) {
            client.send("ECHO", "e" + i);
            client.send("SET", "order:" + i % 100, Integer.toString(i));
            client.send("GET", "order:" + i % 100);
            client.send("MGET", "order:" + i % 100, "order:absent");
          }
          client.flush();
        } catch (IOException broken) {
          throw new IllegalStateException(broken);
        }
      });
      for (int i = 0; i < PIPELINE; i++) {
        assertThat(client.read()).isEqualTo(RespValue.bulk("e" + i));
        assertThat(client.read()).isEqualTo(RespValue.OK);
        assertThat(client.read()).isEqualTo(RespValue.bulk(Integer.toString(i)));
        assertThat(client.read().items()).containsExactly(RespValue.bulk(Integer.toString(i)),
            new RespValue.Null());
      }
      sender.join();
    }
  }

  @Test
  void valuesOfEveryLengthComeBackThroughEveryNode(TestCluster cluster) {
    Random random = new Random(Sizes.seed("ClientsIT"));
    int[] lengths = {0, 1, 15, 1_023, 1_024, 16_384, 65_535, 65_536, MEGABYTE - 1, MEGABYTE + 1,
        5 * MEGABYTE};
    for (Member node : cluster.nodes()) {
      try (Jedis jedis = jedis(cluster, node, RedisProtocol.RESP3)) {
        for (int length : lengths) {
          byte[] key = bytes("length:" + length);
          byte[] value = randomBytes(random, length);
          assertThat(jedis.set(key, value)).isEqualTo("OK");
          assertThat(jedis.strlen(key)).isEqualTo(length);
          for (Member reader : cluster.nodes()) {
            try (Jedis other = jedis(cluster, reader, RedisProtocol.RESP2)) {
              assertThat(Arrays.equals(other.get(key), value)).as("%d bytes from %s", length, reader.name())
                  .isTrue();
            }
          }
        }
      }
    }
  }

  @Test
  void valueOf64MegabytesGoesThroughANodeThatDoesNotLeadIt(TestCluster cluster) throws Exception {
    byte[] value = randomBytes(new Random(1), LARGEST);
    byte[] key = bytes("largest");
    for (Member node : cluster.nodes()) {
      try (Jedis jedis = jedis(cluster, node, RedisProtocol.RESP3)) {
        value[0]++;
        assertThat(jedis.set(key, value)).isEqualTo("OK");
        assertThat(Arrays.equals(jedis.get(key), value)).isTrue();
        assertThat(jedis.getrange(key, LARGEST - 3, -1))
            .isEqualTo(Arrays.copyOfRange(value, LARGEST - 3, LARGEST));
      }
    }
    RedisClient client = lettuce(cluster, cluster.node(1), ProtocolVersion.RESP3);
    try (StatefulRedisConnection<byte[], byte[]> connection = client.connect(ByteArrayCodec.INSTANCE)) {
      assertThat(Arrays.equals(connection.async().get(key).get(60, TimeUnit.SECONDS), value)).isTrue();
      assertThat(connection.async().del(key).get(60, TimeUnit.SECONDS)).isEqualTo(1);
    } finally {
      client.shutdown(Duration.ZERO, Duration.ofSeconds(5));
    }
  }

  @Test
  void keysMayHoldAnyBytes(TestCluster cluster) {
    for (Member node : cluster.nodes()) {
      try (Jedis jedis = jedis(cluster, node, RedisProtocol.RESP3)) {
        for (int each = 0; each < 256; each++) {
          byte[] key = {(byte) each, '\r', '\n', 0, (byte) (255 - each)};
          assertThat(jedis.set(key, key)).isEqualTo("OK");
          assertThat(jedis.get(key)).isEqualTo(key);
          assertThat(jedis.del(key)).isEqualTo(1);
        }
        byte[] empty = {};
        assertThat(jedis.set(empty, empty)).isEqualTo("OK");
        assertThat(jedis.get(empty)).isEqualTo(empty);
        byte[] large = randomBytes(new Random(2), MEGABYTE);
        assertThat(jedis.set(large, bytes("large key"))).isEqualTo("OK");
        assertThat(jedis.get(large)).isEqualTo(bytes("large key"));
        assertThat(jedis.del(empty, large)).isEqualTo(2);
      }
    }
  }

  @Test
  void redisCliWorksOnEveryNode(TestCluster cluster) throws Exception {
    Path cli = Path.of("/usr/bin/redis-cli");
    assumeThat(Files.isExecutable(cli)).as("redis-cli is not installed").isTrue();
    for (Member node : cluster.nodes()) {
      assertThat(cli(cluster, node, "", "SET", "cli", node.name())).isEqualTo("OK");
      assertThat(cli(cluster, node, "", "GET", "cli")).isEqualTo(node.name());
      assertThat(cli(cluster, node, "", "-3", "GET", "cli")).isEqualTo(node.name());
      assertThat(cli(cluster, node, "from input", "-x", "SET", "cli")).isEqualTo("OK");
      assertThat(cli(cluster, node, "SET piped 1\nINCR piped\nGET piped\n")).isEqualTo("OK\n2\n2");
      assertThat(cli(cluster, node, "*3\r\n$3\r\nSET\r\n$1\r\nm\r\n$1\r\nv\r\n".repeat(1000), "--pipe"))
          .contains("errors: 0, replies: 1000");
      assertThat(cli(cluster, node, "", "--scan", "--pattern", "cl*").lines()).contains("cli");
    }
  }

  private static String cli(TestCluster cluster, Member node, String input, String... arguments)
      throws Exception {
    List<String> command = new ArrayList<>(
        List.of("redis-cli", "-p", Integer.toString(node.clientPort()), "--user",
            TABLE, "--pass", PASSWORD, "--no-auth-warning", "-n", index(cluster)));
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    try (OutputStream out = process.getOutputStream()) {
      out.write(bytes(input));
    }
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return output;
  }

  private static Jedis jedis(TestCluster cluster, Member node, RedisProtocol protocol) {
    return new Jedis(new HostAndPort("127.0.0.1", node.clientPort()),
        DefaultJedisClientConfig.builder().user(TABLE).password(PASSWORD)
            .database(Integer.parseInt(index(cluster)))
            .protocol(protocol).timeoutMillis(Math.toIntExact(PATIENCE.toMillis())).build());
  }

  private static RedisClient lettuce(TestCluster cluster, Member node, ProtocolVersion protocol) {
    RedisClient client = RedisClient
        .create(RedisURI.builder().withHost("127.0.0.1").withPort(node.clientPort())
            .withAuthentication(TABLE, PASSWORD.toCharArray()).withDatabase(Integer.parseInt(index(cluster)))
            .withTimeout(PATIENCE).build());
    client.setOptions(ClientOptions.builder().protocolVersion(protocol).build());
    return client;
  }

  private static String index(TestCluster cluster) {
    return cluster.table(TABLE).get("id").asString();
  }

  private static byte[] randomBytes(Random random, int length) {
    byte[] content = new byte[length];
    random.nextBytes(content);
    return content;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
