package io.pika.node.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.pika.core.model.CrossSlot;
import io.pika.core.model.SlotRange;
import io.pika.core.model.Table;
import io.pika.core.model.TableState;
import io.pika.node.log.FsyncMode;
import io.pika.testkit.wire.RespConnection;
import io.pika.testkit.wire.RespValue;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands over several slots through a node that leads half of them, with another one that leads the rest. */
class SeveralSlotsTest {
  private static final RespValue CROSS_SLOT = new RespValue.Err(
      "CROSSSLOT Keys in request don't hash to the same slot");
  private static final int MEMBERS = 6_000;

  private ServedNode other;
  private ServedNode node;

  @BeforeEach
  void start(@TempDir Path directory) throws IOException {
    other = new ServedNode(directory.resolve("other"), FsyncMode.NO);
    node = ServedNode.neighbour(directory.resolve("node"), other);
    put(CrossSlot.SERVE, 1);
  }

  @AfterEach
  void stop() throws Exception {
    node.close();
    other.close();
  }

  private void put(CrossSlot crossSlot, long epoch) {
    Table wide = new Table(7, "wide", 16, TableState.READY, false, "", crossSlot,
        List.of(new SlotRange(0, 7, epoch, 1, List.of(1)), new SlotRange(8, 15, epoch, 2, List.of(2))));
    other.put(wide);
    node.put(wide);
  }

  private RespConnection client() throws IOException {
    RespConnection client = node.connect();
    client.call("SELECT", "wide");
    return client;
  }

  /** Three sets in different slots, each sharing half of its members with the next. */
  private static void fill(RespConnection client) throws IOException {
    for (int key = 0; key < 3; key++) {
      for (int i = 0; i < MEMBERS; i += 1_000) {
        List<String> words = new ArrayList<>(List.of("SADD", "{" + key + "}"));
        for (int k = 0; k < 1_000; k++) {
          words.add("member:" + (key * MEMBERS / 2 + i + k));
        }
        client.call(words.toArray(String[]::new));
      }
    }
  }

  @Test
  void setsOfManyPagesAreMergedAndStored() throws Exception {
    RespConnection client = client();
    fill(client);
    assertThat(client.call("SUNIONSTORE", "u", "{0}", "{1}", "{2}")).isEqualTo(number(2 * MEMBERS));
    assertThat(client.call("SINTERSTORE", "i", "{0}", "{1}")).isEqualTo(number(MEMBERS / 2));
    assertThat(client.call("ZDIFFSTORE", "d", "2", "u", "{1}")).isEqualTo(number(MEMBERS));
    assertThat(client.call("SINTERCARD", "2", "u", "{2}", "LIMIT", "77")).isEqualTo(number(77));
    assertThat(client.call("SCARD", "u")).isEqualTo(number(2 * MEMBERS));
    assertThat(client.call("TTL", "u")).isEqualTo(number(-1));
    assertThat(client.call("ZCARD", "d")).isEqualTo(number(MEMBERS));
    assertThat(client.call("KEYS", "pika:staged:*")).isEqualTo(new RespValue.Aggregate('*', List.of()));
  }

  @Test
  void aTableThatDoesNotServeThemAnswersCrossSlot() throws Exception {
    RespConnection client = client();
    put(CrossSlot.REFUSE, 1);
    assertThat(client.call("SUNION", "{0}", "{1}")).isEqualTo(CROSS_SLOT);
    put(CrossSlot.SERVE, 1);
    assertThat(client.call("SUNION", "{0}", "{1}")).isEqualTo(new RespValue.Aggregate('*', List.of()));
  }

  @Test
  void whatCutInTwoWouldLoseDataAnswersCrossSlot() throws Exception {
    RespConnection client = client();
    assertThat(client.call("RENAME", "{0}", "{1}")).isEqualTo(CROSS_SLOT);
    assertThat(client.call("MSETNX", "{0}", "1", "{1}", "1")).isEqualTo(CROSS_SLOT);
    assertThat(client.call("RPOPLPUSH", "{0}", "{1}")).isEqualTo(CROSS_SLOT);
    client.call("MULTI");
    assertThat(client.call("SUNION", "{0}", "{1}")).isEqualTo(CROSS_SLOT);
  }

  @Test
  void clientsCannotSendParts() throws Exception {
    assertThat(client().call("PKPART", "DROP", "key").toString()).contains("'pkpart' is not served");
  }

  @Test
  void aPipelineKeepsItsOrder() throws Exception {
    RespConnection client = client();
    client.send("SADD", "{0}", "a");
    client.send("SADD", "{1}", "b");
    client.send("SUNIONSTORE", "{2}", "{0}", "{1}");
    client.send("SCARD", "{2}");
    client.send("DEL", "{0}");
    client.flush();
    List<RespValue> replies = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      replies.add(client.read());
    }
    assertThat(replies).containsExactly(number(1), number(1), number(2), number(2), number(1));
  }

  @Test
  void newEpochsInTheMiddleAreNotTheClientsBusiness() throws Exception {
    RespConnection client = client();
    fill(client);
    AtomicBoolean over = new AtomicBoolean();
    Thread changes = Thread.ofVirtual().start(() -> {
      for (long epoch = 2; !over.get(); epoch++) {
        put(CrossSlot.SERVE, epoch);
        LockSupport.parkNanos(50_000_000);
      }
    });
    try {
      for (int i = 0; i < 3; i++) {
        assertThat(client.call("ZUNIONSTORE", "u", "3", "{0}", "{1}", "{2}")).isEqualTo(number(2 * MEMBERS));
      }
    } finally {
      over.set(true);
      changes.join();
    }
    assertThat(client.call("ZCARD", "u")).isEqualTo(number(2 * MEMBERS));
  }

  private static RespValue number(long value) {
    return new RespValue.Int(value);
  }
}
