package io.pika.node.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pika.node.engine.KeyHandler;
import io.pika.node.engine.SlotTask;
import io.pika.node.engine.TaskReply;
import io.pika.node.engine.Verdict;
import io.pika.node.log.FsyncMode;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import io.pika.proxy.routing.SlotHash;
import io.pika.testkit.wire.RespConnection;
import io.pika.testkit.wire.RespValue;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A long command holds a slot: who waits for it, and who does not. */
@Timeout(120)
class HeldSlotTest {
  private static final int TABLE = 7;
  private static final int SLOTS = 64;
  private static final String HELD = "held";
  private static final String FREE = "free";

  @TempDir Path directory = Path.of("");
  private ServedNode leader;
  private ServedNode other;
  private final CountDownLatch end = new CountDownLatch(1);
  private volatile boolean fails;
  private final CompletableFuture<Reply> answered = new CompletableFuture<>();

  @BeforeEach
  void start() throws Exception {
    leader = new ServedNode(directory.resolve("leader"), FsyncMode.NO);
    other = ServedNode.neighbour(directory.resolve("other"), leader);
    for (ServedNode node : List.of(leader, other)) {
      node.put(ServedNode.table(TABLE, "one", SLOTS, ""));
    }
    assertThat(slot(HELD)).isNotEqualTo(slot(FREE));
    hold();
  }

  @AfterEach
  void stop() throws Exception {
    end.countDown();
    other.close();
    leader.close();
  }

  private static int slot(String key) {
    return SlotHash.slot(key.getBytes(StandardCharsets.UTF_8), SLOTS);
  }

  private void hold() throws InterruptedException {
    CountDownLatch begun = new CountDownLatch(1);
    KeyHandler longCommand = (args, keys) -> {
      begun.countDown();
      try {
        assertThat(end.await(100, TimeUnit.SECONDS)).isTrue();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      if (fails) {
        throw new OutOfMemoryError("planted");
      }
      return Reply.OK;
    };
    TaskReply answer = new TaskReply() {
      @Override
      public void done(Reply reply) {
        answered.complete(reply);
      }

      @Override
      public void refused(Verdict why) {}
    };
    Thread.ofVirtual().start(() -> leader.executor().run(List.of(new SlotTask(TABLE, slot(HELD), 1,
        Request.of("LCS", HELD, HELD), longCommand, answer))));
    assertThat(begun.await(50, TimeUnit.SECONDS)).isTrue();
  }

  private static RespConnection client(ServedNode node) throws Exception {
    RespConnection client = node.connect();
    client.call("SELECT", "one");
    return client;
  }

  @Test
  void othersAreServedAndTheConnectionKeepsItsOrder() throws Exception {
    RespConnection waiting = client(leader);
    waiting.send("SET", FREE, "1");
    waiting.send("SET", HELD, "2");
    waiting.send("GET", HELD);
    waiting.send("SET", FREE, "3");
    waiting.send("PING");
    waiting.flush();
    assertThat(waiting.read()).isEqualTo(RespValue.OK);
    await().until(() -> leader.executor().standing() == 1);
    for (int i = 0; i < 8; i++) {
      assertThat(client(leader).call("GET", FREE)).as("what waits behind is not executed")
          .isEqualTo(RespValue.bulk("1"));
    }
    end.countDown();
    assertThat(waiting.read()).isEqualTo(RespValue.OK);
    assertThat(waiting.read()).isEqualTo(RespValue.bulk("2"));
    assertThat(waiting.read()).isEqualTo(RespValue.OK);
    assertThat(waiting.read().text()).isEqualTo("PONG");
    assertThat(client(leader).call("GET", FREE)).isEqualTo(RespValue.bulk("3"));
  }

  @Test
  void clientsOfOtherNodesAreServedToo() throws Exception {
    RespConnection waiting = client(other);
    waiting.send("SET", HELD, "2");
    waiting.send("GET", HELD);
    waiting.flush();
    await().until(() -> leader.executor().standing() > 0);
    RespConnection free = client(other);
    assertThat(free.call("SET", FREE, "1")).isEqualTo(RespValue.OK);
    assertThat(free.call("GET", FREE)).isEqualTo(RespValue.bulk("1"));
    end.countDown();
    assertThat(waiting.read()).isEqualTo(RespValue.OK);
    assertThat(waiting.read()).isEqualTo(RespValue.bulk("2"));
  }

  @Test
  void aCommandThatFindsNoMemoryLeavesTheSlotToOthers() throws Exception {
    RespConnection waiting = client(leader);
    waiting.send("SET", HELD, "2");
    waiting.flush();
    await().until(() -> leader.executor().standing() == 1);
    fails = true;
    end.countDown();
    assertThat(waiting.read()).isEqualTo(RespValue.OK);
    assertThat(answered.get(20, TimeUnit.SECONDS)).isEqualTo(Reply.error("ERR internal error"));
    assertThat(client(other).call("GET", HELD)).isEqualTo(RespValue.bulk("2"));
  }

  @Test
  void waitingThatHasNotBegunCanEnd() throws Exception {
    RespConnection waiting = client(leader);
    waiting.send("BLPOP", HELD, "0.02");
    waiting.flush();
    await().until(() -> leader.executor().standing() == 1);
    assertThat(leader.waiting()).isZero();
    end.countDown();
    assertThat(waiting.read()).isEqualTo(new RespValue.Null());
    assertThat(leader.waiting()).isZero();
  }

  @Test
  void requestsOfAClientThatIsGoneAreLetGo() throws Exception {
    RespConnection going = client(leader);
    going.send("SET", HELD, "2");
    for (int i = 0; i < 10; i++) {
      going.send("SET", FREE, "x".repeat(100));
    }
    going.flush();
    await().until(() -> leader.executor().standing() == 1);
    going.reset();
    await().until(() -> leader.server.connectionCount() == 0);
    end.countDown();
    await().until(() -> leader.executor().standing() == 0);
    await().until(() -> leader.server.bufferedRequestBytes() == 0);
    assertThat(client(leader).call("GET", HELD)).isEqualTo(RespValue.bulk("2"));
    assertThat(client(leader).call("GET", FREE)).isEqualTo(new RespValue.Null());
  }
}
