package io.pika.tests.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.lettuce.core.ClientOptions;
import io.lettuce.core.Range;
import io.lettuce.core.RedisClient;
import io.lettuce.core.RedisURI;
import io.lettuce.core.StreamMessage;
import io.lettuce.core.TransactionResult;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.protocol.ProtocolVersion;
import io.pika.testkit.process.Member;
import io.pika.testkit.process.TestCluster;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.GeoCoordinate;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.RedisProtocol;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.Transaction;
import redis.clients.jedis.args.GeoUnit;
import redis.clients.jedis.args.ListDirection;
import redis.clients.jedis.args.ListPosition;
import redis.clients.jedis.params.XReadGroupParams;
import redis.clients.jedis.resps.StreamEntry;
import redis.clients.jedis.resps.Tuple;

/** Every family of commands as client libraries send it and read its replies, through nodes that do not lead the keys. */
@ExtendWith(SharedCluster.class)
class FamiliesIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final String TABLE = "families";

  @BeforeAll
  static void createTable(TestCluster cluster) {
    cluster.createTable(TABLE, 64, "");
  }

  @Test
  void jedisUsesEveryFamilyThroughEveryNode(TestCluster cluster) {
    for (Member node : cluster.nodes()) {
      for (RedisProtocol protocol : List.of(RedisProtocol.RESP2, RedisProtocol.RESP3)) {
        try (Jedis jedis = jedis(cluster, node, protocol)) {
          String tag = "jedis:" + node.name() + protocol + ":";
          hashesAndSets(jedis, tag);
          lists(jedis, tag);
          sortedSetsAndPlaces(jedis, tag);
          streams(jedis, tag);
          bitsAndSketches(jedis, tag);
          transaction(jedis, tag);
        }
      }
    }
  }

  private static void hashesAndSets(Jedis jedis, String tag) {
    jedis.hset(tag + "h", Map.of("name", "ann", "age", "41"));
    assertThat(jedis.hincrBy(tag + "h", "age", 1)).isEqualTo(42);
    assertThat(jedis.hgetAll(tag + "h")).isEqualTo(Map.of("name", "ann", "age", "42"));
    assertThat(jedis.hscan(tag + "h", "0").getResult()).hasSize(2);
    jedis.sadd(tag + "s", "a", "b", "c");
    assertThat(jedis.smembers(tag + "s")).isEqualTo(Set.of("a", "b", "c"));
    assertThat(jedis.sismember(tag + "s", "b")).isTrue();
    assertThat(jedis.srandmember(tag + "s", 2)).hasSize(2);
    byte[] dump = jedis.dump(tag + "h");
    assertThat(jedis.restore(tag + "copy", 0, dump)).isEqualTo("OK");
    assertThat(jedis.hgetAll(tag + "copy")).isEqualTo(jedis.hgetAll(tag + "h"));
  }

  private static void lists(Jedis jedis, String tag) {
    String list = "{" + tag + "}l";
    jedis.rpush(list, "b", "c");
    jedis.lpush(list, "a");
    jedis.linsert(list, ListPosition.AFTER, "b", "b2");
    assertThat(jedis.lrange(list, 0, -1)).containsExactly("a", "b", "b2", "c");
    assertThat(jedis.lmove(list, "{" + tag + "}m", ListDirection.LEFT, ListDirection.RIGHT)).isEqualTo("a");
    assertThat(jedis.lpop(list, 2)).containsExactly("b", "b2");
  }

  private static void sortedSetsAndPlaces(Jedis jedis, String tag) {
    String board = tag + "z";
    jedis.zadd(board, Map.of("ann", 10.5, "bob", 7.0, "cleo", 12.0));
    assertThat(jedis.zrangeWithScores(board, 0, 1)).containsExactly(new Tuple("bob", 7.0),
        new Tuple("ann", 10.5));
    assertThat(jedis.zrank(board, "cleo")).isEqualTo(2);
    assertThat(jedis.zincrby(board, 5, "bob")).isEqualTo(12.0);
    assertThat(jedis.zpopmax(board).getElement()).isEqualTo("cleo");
    String places = tag + "geo";
    jedis.geoadd(places, Map.of("Palermo", new GeoCoordinate(13.361389, 38.115556), "Catania",
        new GeoCoordinate(15.087269, 37.502669)));
    assertThat(jedis.geodist(places, "Palermo", "Catania", GeoUnit.KM)).isBetween(166.0, 167.0);
    assertThat(jedis.geosearch(places, new GeoCoordinate(15, 37), 100, GeoUnit.KM)).hasSize(1);
  }

  private static void streams(Jedis jedis, String tag) {
    String stream = tag + "x";
    StreamEntryID first = jedis.xadd(stream, StreamEntryID.NEW_ENTRY, Map.of("event", "start"));
    jedis.xadd(stream, StreamEntryID.NEW_ENTRY, Map.of("event", "end"));
    assertThat(jedis.xlen(stream)).isEqualTo(2);
    jedis.xgroupCreate(stream, "workers", new StreamEntryID(0, 0), false);
    List<StreamEntry> read = jedis.xreadGroup("workers", "w1", XReadGroupParams.xReadGroupParams().count(1),
        Map.of(stream, StreamEntryID.XREADGROUP_UNDELIVERED_ENTRY)).getFirst().getValue();
    assertThat(read).hasSize(1);
    assertThat(read.getFirst().getFields()).isEqualTo(Map.of("event", "start"));
    assertThat(jedis.xack(stream, "workers", first)).isEqualTo(1);
    assertThat(jedis.xrange(stream, "-", "+")).hasSize(2);
  }

  private static void bitsAndSketches(Jedis jedis, String tag) {
    jedis.setbit(tag + "bits", 100, true);
    assertThat(jedis.bitcount(tag + "bits")).isEqualTo(1);
    assertThat(jedis.bitfield(tag + "bits", "INCRBY", "u8", "0", "200")).containsExactly(200L);
    jedis.pfadd(tag + "hll", "a", "b", "c", "a");
    assertThat(jedis.pfcount(tag + "hll")).isEqualTo(3);
  }

  private static void transaction(Jedis jedis, String tag) {
    jedis.watch("{" + tag + "}balance");
    Transaction transaction = jedis.multi();
    transaction.incrBy("{" + tag + "}balance", 5);
    transaction.rpush("{" + tag + "}history", "+5");
    assertThat(transaction.exec()).containsExactly(5L, 1L);
  }

  @Test
  void lettuceUsesEveryFamilyThroughEveryNode(TestCluster cluster) {
    for (Member node : cluster.nodes()) {
      for (ProtocolVersion protocol : List.of(ProtocolVersion.RESP2, ProtocolVersion.RESP3)) {
        RedisClient client = lettuce(cluster, node, protocol);
        try (StatefulRedisConnection<String, String> connection = client.connect()) {
          useAll(connection.sync(), "lettuce:" + node.name() + protocol + ":");
        } finally {
          client.shutdown(Duration.ZERO, Duration.ofSeconds(5));
        }
      }
    }
  }

  private static void useAll(RedisCommands<String, String> redis, String tag) {
    redis.hset(tag + "h", Map.of("f", "1"));
    assertThat(redis.hgetall(tag + "h")).isEqualTo(Map.of("f", "1"));
    redis.sadd(tag + "s", "a", "b");
    assertThat(redis.smembers(tag + "s")).isEqualTo(Set.of("a", "b"));
    redis.rpush(tag + "l", "a", "b", "c");
    assertThat(redis.lrange(tag + "l", 1, -1)).containsExactly("b", "c");
    redis.zadd(tag + "z", 1.5, "m");
    assertThat(redis.zrangebyscore(tag + "z", Range.create(1, 2))).containsExactly("m");
    assertThat(redis.zscore(tag + "z", "m")).isEqualTo(1.5);
    String id = redis.xadd(tag + "x", Map.of("k", "v"));
    assertThat(redis.xrange(tag + "x", Range.unbounded()).stream().map(StreamMessage::getId))
        .containsExactly(id);
    redis.setbit(tag + "b", 7, 1);
    assertThat(redis.bitcount(tag + "b")).isEqualTo(1);
    redis.pfadd(tag + "p", "a");
    assertThat(redis.pfcount(tag + "p")).isEqualTo(1);
    redis.multi();
    redis.incr("{" + tag + "}n");
    redis.lpush("{" + tag + "}q", "job");
    TransactionResult result = redis.exec();
    assertThat(result.wasDiscarded()).isFalse();
    assertThat(result.<Long>get(0)).isEqualTo(1L);
  }

  private static Jedis jedis(TestCluster cluster, Member node, RedisProtocol protocol) {
    return new Jedis(new HostAndPort("127.0.0.1", node.clientPort()),
        DefaultJedisClientConfig.builder().database(index(cluster)).protocol(protocol)
            .timeoutMillis(Math.toIntExact(PATIENCE.toMillis())).build());
  }

  private static RedisClient lettuce(TestCluster cluster, Member node, ProtocolVersion protocol) {
    RedisClient client = RedisClient
        .create(RedisURI.builder().withHost("127.0.0.1").withPort(node.clientPort())
            .withDatabase(index(cluster)).withTimeout(PATIENCE).build());
    client.setOptions(ClientOptions.builder().protocolVersion(protocol).build());
    return client;
  }

  private static int index(TestCluster cluster) {
    return cluster.table(TABLE).get("id").asInt();
  }
}
