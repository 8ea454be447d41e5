package io.pika.node.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.pika.node.log.FsyncMode;
import io.pika.proxy.peer.PeerRequest;
import io.pika.proxy.peer.PeerService;
import io.pika.proxy.peer.PeerStatus;
import io.pika.proxy.protocol.Request;
import io.pika.proxy.routing.SlotHash;
import io.pika.testkit.wire.RespConnection;
import io.pika.testkit.wire.RespValue;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Long replies for a peer that is slow to take them: they are made as it takes them, not all at once. */
@Timeout(60)
class PeerRoomTest {
  private static final int TABLE = 7;
  private static final int SLOTS = 4;
  private static final int VALUE_BYTES = 1 << 20;
  private static final long ROOM = 4L * VALUE_BYTES;
  private static final int KEYS = 60;
  /** What one turn makes beyond the room that there is. */
  private static final int MOST_UNTAKEN = 4 + 17;

  @TempDir Path directory = Path.of("");
  private ServedNode leader;
  private PeerService.Session session;
  /** What the connection's event loop would do, this test does. */
  private final Queue<Runnable> loop = new ConcurrentLinkedQueue<>();
  private final Queue<String> answered = new ConcurrentLinkedQueue<>();
  /** Bytes of replies that the peer has not taken. */
  private final AtomicLong untaken = new AtomicLong();

  @BeforeEach
  void start() throws Exception {
    leader = new ServedNode(directory, FsyncMode.NO);
    leader.put(ServedNode.table(TABLE, "one", SLOTS, ""));
    RespConnection client = leader.connect();
    client.call("SELECT", "one");
    for (int i = 0; i < KEYS; i++) {
      assertThat(client.call("SET", "key" + i, "x".repeat(VALUE_BYTES))).isEqualTo(RespValue.OK);
    }
    session = leader.server.peerService().connected(2, loop::add, () -> untaken.get() < ROOM);
  }

  @AfterEach
  void stop() throws Exception {
    session.closed();
    leader.close();
  }

  private void get(int key, long epoch) {
    byte[] name = ("key" + key).getBytes(StandardCharsets.UTF_8);
    int slot = SlotHash.slot(name, SLOTS);
    ByteBuf get = Unpooled.copiedBuffer(Request.of("GET", "key" + key).raw());
    session.request(new PeerRequest(TABLE, slot, slot, epoch, PeerRequest.Order.NEXT, 2, 20_000, get),
        new PeerService.Answer() {
          @Override
          public void reply(ByteBuf reply) {
            assertThat(reply.readableBytes()).isGreaterThan(VALUE_BYTES);
            untaken.addAndGet(reply.readableBytes());
            reply.release();
            answered.add(slot + " " + key);
          }

          @Override
          public void continues(long reply, ByteBuf bytes) {
            throw new AssertionError("a string is one piece");
          }

          @Override
          public void refuse(PeerStatus status, long known) {
            answered.add(slot + " " + status);
          }
        });
  }

  private void turn() {
    for (Runnable work = loop.poll(); work != null; work = loop.poll()) {
      work.run();
    }
  }

  @Test
  void repliesAreMadeAsTheyAreTaken() {
    for (int i = 0; i < KEYS; i++) {
      get(i, 1);
    }
    session.batchEnd();
    int steps = 0;
    while (answered.size() < KEYS) {
      await().until(() -> {
        turn();
        return untaken.get() >= ROOM || answered.size() == KEYS;
      });
      turn();
      assertThat(untaken.get() / VALUE_BYTES).isLessThanOrEqualTo(MOST_UNTAKEN);
      untaken.set(0);
      session.room();
      steps++;
    }
    assertThat(steps).isGreaterThanOrEqualTo(KEYS / MOST_UNTAKEN);
    int[] last = {-1, -1, -1, -1};
    for (String each : answered) {
      int slot = Integer.parseInt(each.substring(0, 1));
      int key = Integer.parseInt(each.substring(2));
      assertThat(key).as("order within slot %s", slot).isGreaterThan(last[slot]);
      last[slot] = key;
    }
  }

  @Test
  void nothingRunsWhileThereIsNoRoom() {
    untaken.set(ROOM);
    get(0, 1);
    session.batchEnd();
    turn();
    assertThat(answered).isEmpty();
    untaken.set(0);
    get(1, 1);
    session.batchEnd();
    await().until(() -> answered.size() == 2);
  }

  @Test
  void whatIsRefusedTakesAlongWhatWaitsForRoom() {
    untaken.set(ROOM);
    for (int i = 0; i < KEYS; i++) {
      get(i, 1);
    }
    session.batchEnd();
    leader.drop(TABLE);
    untaken.set(0);
    session.room();
    assertThat(answered).as("all in the same turn").hasSize(KEYS)
        .allMatch(each -> each.endsWith(PeerStatus.UNKNOWN_TABLE.name()));
  }
}
