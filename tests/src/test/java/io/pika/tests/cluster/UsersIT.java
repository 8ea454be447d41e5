package io.pika.tests.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.pika.testkit.process.Member;
import io.pika.testkit.process.TestCluster;
import io.pika.testkit.wire.RespConnection;
import io.pika.testkit.wire.RespValue;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;

/** Users of a table over real processes that are killed. */
class UsersIT {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final String TABLE = "shop";
  private static final String PASSWORD = "shop-secret";

  @Test
  void usersAreKnownOnEveryNodeAndOutliveEveryProcess() throws Exception {
    try (TestCluster cluster = TestCluster.of(2).start()) {
      cluster.createTable(TABLE, 8, PASSWORD);
      try (RespConnection owner = TestCluster.connect(cluster.node(1), TABLE, PASSWORD)) {
        assertThat(owner.call("ACL", "SETUSER", "ann", "on", ">pw", "~app:*", "+@all"))
            .isEqualTo(RespValue.OK);
        cluster.nodes().forEach(node -> assertRights(node, "app:1", "other"));
        cluster.manager().kill();
        assertThat(owner.call("ACL", "SETUSER", "ann", "~other").text()).startsWith("TRYAGAIN");
        cluster.nodes().forEach(node -> assertRights(node, "app:1", "other"));
        cluster.node(2).kill();
        cluster.node(2).start();
        cluster.node(2).awaitReady(SOON);
        assertRights(cluster.node(2), "app:1", "other");
        cluster.manager().start();
        cluster.manager().awaitReady(SOON);
        TestCluster.await("a change after the manager is back", SOON,
            () -> ask(owner, "ACL", "SETUSER", "ann", "resetkeys", "~new").equals(RespValue.OK));
        TestCluster.await("the change on every node", SOON,
            () -> cluster.nodes().stream().allMatch(node -> mayGet(node, "new")));
        cluster.api().put("/tables/shop/users/ann", Map.of("rules", List.of("~rest:*", "+@all"))).good();
        cluster.nodes().forEach(node -> assertRights(node, "rest:1", "new"));
        assertThat(owner.call("ACL", "LIST").items()).hasSize(2);
        assertThat(owner.call("ACL", "DELUSER", "ann").number()).isEqualTo(1);
        TestCluster.await("the user gone everywhere", SOON,
            () -> cluster.nodes().stream().noneMatch(node -> mayGet(node, "rest:1")));
      }
    }
  }

  private static void assertRights(Member node, String allowed, String forbidden) {
    assertThat(mayGet(node, allowed)).as("%s on %s", allowed, node.name()).isTrue();
    assertThat(mayGet(node, forbidden)).as("%s on %s", forbidden, node.name()).isFalse();
  }

  private static boolean mayGet(Member node, String key) {
    HostAndPort address = new HostAndPort("127.0.0.1", node.clientPort());
    try (Jedis jedis = new Jedis(address,
        DefaultJedisClientConfig.builder().user("ann@" + TABLE).password("pw")
            .timeoutMillis((int) SOON.toMillis())
            .build())) {
      jedis.get(key);
      return true;
    } catch (redis.clients.jedis.exceptions.JedisDataException refused) {
      return false;
    }
  }

  private static RespValue ask(RespConnection connection, String... command) {
    try {
      return connection.call(command);
    } catch (IOException broken) {
      throw new UncheckedIOException(broken);
    }
  }
}
