package io.pika.node.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.util.internal.PlatformDependent;
import io.pika.core.model.SlotRange;
import io.pika.core.model.Table;
import io.pika.core.model.TableState;
import io.pika.node.log.FsyncMode;
import io.pika.proxy.routing.SlotHash;
import io.pika.testkit.wire.RespConnection;
import io.pika.testkit.wire.RespValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Order, pipelines, big values and bounds, over real sockets. */
@Timeout(120)
class TrafficTest {
  @TempDir Path directory = Path.of("");
  private ServedNode node;

  @BeforeEach
  void start() throws Exception {
    node = new ServedNode(directory.resolve("node"), FsyncMode.NO);
  }

  @AfterEach
  void stop() throws Exception {
    node.close();
  }

  @ParameterizedTest
  @EnumSource(FsyncMode.class)
  void aPipelineOfTenThousandIsAnsweredInOrder(FsyncMode fsync) throws Exception {
    try (ServedNode other = new ServedNode(directory.resolve(fsync.name()), fsync)) {
      RespConnection client = other.connect();
      for (int i = 0; i < 10_000; i++) {
        client.send("SET", "key" + i % 100, "value" + i);
        client.send("GET", "key" + i % 100);
      }
      client.flush();
      for (int i = 0; i < 10_000; i++) {
        assertThat(client.read()).isEqualTo(RespValue.OK);
        assertThat(client.read()).isEqualTo(RespValue.bulk("value" + i));
      }
    }
  }

  @Test
  void repliesOfThisNodeOfAPeerAndOfSlowCommandsLeaveInOrder() throws Exception {
    node.put(new Table(0, "default", 16, TableState.READY, false, "",
        List.of(new SlotRange(0, 7, 1, 1, List.of(1)), new SlotRange(8, 15, 1, 2, List.of(2)))));
    long seed = System.nanoTime();
    Random random = new Random(seed);
    RespConnection client = node.connect();
    List<RespValue> expected = new ArrayList<>();
    for (int i = 0; i < 2_000; i++) {
      String key = "key" + random.nextInt(1_000);
      switch (random.nextInt(4)) {
        case 0 -> {
          client.send("ECHO", "echo" + i);
          expected.add(RespValue.bulk("echo" + i));
        }
        case 1 -> {
          client.send("NO-SUCH-COMMAND");
          expected
              .add(new RespValue.Err("ERR unknown command 'NO-SUCH-COMMAND', with args beginning with: "));
        }
        default -> {
          client.send("GET", key);
          boolean here = SlotHash.slot(key.getBytes(StandardCharsets.UTF_8), 16) < 8;
          expected.add(here ? new RespValue.Null() : RespValue.bulk(ServedNode.FROM_PEER));
        }
      }
    }
    client.flush();
    for (RespValue each : expected) {
      assertThat(client.read()).as("seed %d", seed).isEqualTo(each);
    }
  }

  @Test
  void aValueOf64MegabytesGoesInAndOut() throws Exception {
    byte[] value = new byte[64 << 20];
    new Random(1).nextBytes(value);
    RespConnection client = node.connect();
    byte[] key = "big".getBytes(StandardCharsets.UTF_8);
    assertThat(client.call("SET".getBytes(StandardCharsets.UTF_8), key, value)).isEqualTo(RespValue.OK);
    assertThat(((RespValue.Bulk) client.call("GET", "big")).bytes()).isEqualTo(value);
    assertThat(client.call("SET", "empty", "")).isEqualTo(RespValue.OK);
    assertThat(client.call("GET", "empty")).isEqualTo(RespValue.bulk(""));
  }

  @Test
  void manyLargeRepliesInOnePipelineWaitUntilTheyAreFetched() throws Exception {
    RespConnection client = node.connect();
    client.call("SET", "key", "x".repeat(1 << 20));
    for (int i = 0; i < 500; i++) {
      client.send("GET", "key");
    }
    client.flush();
    for (int i = 0; i < 500; i++) {
      assertThat(((RespValue.Bulk) client.read()).length()).isEqualTo(1 << 20);
    }
  }

  @Test
  void lengthsThatAreOnlyClaimedTakeNoMemory() throws Exception {
    long before = PlatformDependent.usedDirectMemory();
    for (int i = 0; i < 300; i++) {
      RespConnection liar = node.connect();
      liar.sendRaw("*2\r\n$3\r\nGET\r\n$536870912\r\nabc".getBytes(StandardCharsets.US_ASCII));
      liar.flush();
    }
    assertThat(node.connect().call("PING").text()).isEqualTo("PONG");
    await().until(() -> node.server.bufferedRequestBytes() >= 300);
    assertThat(PlatformDependent.usedDirectMemory() - before).isLessThan(64L << 20);
    assertThat(node.server.bufferedRequestBytes()).isLessThan(300 * 1024);
  }

  @Test
  void theClientThatGoesBeyondTheNodesRequestMemoryIsTheOneToGo() throws Exception {
    try (ServedNode small = new ServedNode(directory.resolve("small"), FsyncMode.NO,
        "maxmemory-clients=8mb")) {
      RespConnection bystander = small.connect();
      RespConnection greedy = small.connect();
      greedy.sendRaw("*3\r\n$3\r\nSET\r\n$1\r\na\r\n$104857600\r\n".getBytes(StandardCharsets.US_ASCII));
      byte[] chunk = new byte[1 << 20];
      assertThat(catchSending(greedy, chunk, 100)).isTrue();
      assertThat(bystander.call("SET", "b", "1")).isEqualTo(RespValue.OK);
      await().until(() -> small.server.bufferedRequestBytes() == 0);
    }
  }

  /** True when the other side closed before all was sent. */
  private static boolean catchSending(RespConnection connection, byte[] chunk, int times) {
    try {
      for (int i = 0; i < times; i++) {
        connection.sendRaw(chunk);
        connection.flush();
      }
      return false;
    } catch (IOException closed) {
      return true;
    }
  }

  @Test
  void oneClientTooManyIsToldSo() throws Exception {
    RespConnection first = node.connect();
    first.call("CONFIG", "SET", "maxclients", "2");
    node.connect().call("PING");
    assertThat(node.connect().read().text()).isEqualTo("ERR max number of clients reached");
    first.call("CONFIG", "SET", "maxclients", "3");
    assertThat(node.connect().call("PING").text()).isEqualTo("PONG");
  }

  @Test
  void anIdleClientIsDisconnected() throws Exception {
    RespConnection client = node.connect();
    client.call("CONFIG", "SET", "timeout", "1");
    assertThat(client.readToEnd()).isEmpty();
  }

  @Test
  void aClientThatFetchesNothingIsDisconnected() throws Exception {
    RespConnection operator = node.connect();
    operator.call("CONFIG", "SET", "client-output-buffer-limit", "normal 1mb 0 0");
    operator.call("SET", "key", "x".repeat(1 << 20));
    RespConnection lazy = node.connect();
    for (int i = 0; i < 64; i++) {
      lazy.send("GET", "key");
    }
    lazy.flush();
    await().until(() -> !operator.call("CLIENT", "LIST").text().contains("cmd=get"));
  }

  @Test
  void clientReplyLeavesRepliesOut() throws Exception {
    RespConnection client = node.connect();
    client.send("CLIENT", "REPLY", "SKIP");
    client.send("PING", "skipped");
    client.send("PING", "answered");
    client.send("CLIENT", "REPLY", "OFF");
    client.send("PING", "off");
    client.send("CLIENT", "REPLY", "ON");
    client.flush();
    assertThat(client.read()).isEqualTo(RespValue.bulk("answered"));
    assertThat(client.read()).isEqualTo(RespValue.OK);
  }

  @Test
  void whatIsUnderWayIsAnsweredBeforeTheServerStops() throws Exception {
    node.put(new Table(0, "default", 16, TableState.READY, false, "",
        List.of(new SlotRange(0, 15, 1, 2, List.of(2)))));
    node.peerDelayMs = 1_000;
    RespConnection client = node.connect();
    client.send("GET", "a");
    client.flush();
    await().until(() -> node.server.bufferedRequestBytes() > 0);
    Thread stopping = Thread.ofVirtual().start(node.server::close);
    assertThat(client.read()).isEqualTo(RespValue.bulk(ServedNode.FROM_PEER));
    stopping.join();
  }

  @Test
  void commandsOverTheTableWaitForWhatIsBeforeThem() throws Exception {
    RespConnection client = node.connect();
    for (int i = 0; i < 100; i++) {
      client.send("SET", "key" + i, "value");
    }
    client.send("DBSIZE");
    client.send("FLUSHDB");
    client.send("SET", "after", "1");
    client.send("DBSIZE");
    client.send("KEYS", "*");
    client.flush();
    for (int i = 0; i < 100; i++) {
      assertThat(client.read()).isEqualTo(RespValue.OK);
    }
    assertThat(client.read().number()).isEqualTo(100);
    assertThat(client.read()).isEqualTo(RespValue.OK);
    assertThat(client.read()).isEqualTo(RespValue.OK);
    assertThat(client.read().number()).isEqualTo(1);
    assertThat(client.read().items()).containsExactly(RespValue.bulk("after"));
  }
}
