package io.pika.proxy.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** {@link PeerPool} against {@link PeerServer} over real sockets. */
@Timeout(30)
final class PeerSocketTest {
  private static final PeerOutcome NOT_SENT = new PeerOutcome.NotSent(PeerOutcome.NotSent.Cause.UNREACHABLE);

  @Test
  void tenThousandPipelinedRequestsAreAnsweredAndKeepOrderPerSlot() throws Exception {
    List<String> order = new ArrayList<>();
    FakePeer peer = new FakePeer() {
      @Override
      synchronized void answer(PeerRequest request, PeerService.Answer answer) {
        order.add(text(request.command()));
        answer.reply(request.command());
      }
    };
    try (PeerPair pair = new PeerPair(peer)) {
      List<CompletableFuture<PeerOutcome>> outcomes = new ArrayList<>();
      for (int i = 0; i < 10_000; i++) {
        outcomes.add(pair.send(i % 16, i % 16 + ":" + i));
      }
      for (int i = 0; i < 10_000; i++) {
        assertThat(PeerPair.text(outcomes.get(i).get(20, TimeUnit.SECONDS))).isEqualTo(i % 16 + ":" + i);
      }
      int[] last = new int[16];
      for (String command : order) {
        String[] parts = command.split(":");
        int slot = Integer.parseInt(parts[0]);
        assertThat(Integer.parseInt(parts[1])).as("order in slot %s", slot)
            .isGreaterThanOrEqualTo(last[slot]);
        last[slot] = Integer.parseInt(parts[1]);
      }
      assertThat(peer.connections).hasValue(2);
      assertThat(peer.batches.get()).as("requests share socket reads").isLessThan(5_000);
      assertThat(pair.pool.stats().inFlight().sum()).isZero();
      assertThat(pair.server.stats().inFlight().sum()).isZero();
    }
  }

  @Test
  void aValueOf64MegabytesPassesBothWaysUnchanged() throws Exception {
    byte[] large = new byte[64 << 20];
    new Random(5).nextBytes(large);
    try (PeerPair pair = new PeerPair(new FakePeer())) {
      CompletableFuture<PeerOutcome> before = pair.send(1, "before");
      CompletableFuture<PeerOutcome> value = pair.send(1, Unpooled.wrappedBuffer(large), 20_000);
      CompletableFuture<PeerOutcome> after = pair.send(1, "after");
      assertThat(PeerPair.text(before.get(20, TimeUnit.SECONDS))).isEqualTo("before");
      ByteBuf reply = ((PeerOutcome.Answered) value.get(20, TimeUnit.SECONDS)).reply();
      assertThat(reply.equals(Unpooled.wrappedBuffer(large))).isTrue();
      reply.release();
      assertThat(PeerPair.text(after.get(20, TimeUnit.SECONDS))).isEqualTo("after");
    }
  }

  @Test
  void aRefusedSlotIsRefusedUntilTheSenderStartsAgain() throws Exception {
    boolean[] stale = {true};
    FakePeer peer = new FakePeer() {
      @Override
      void answer(PeerRequest request, PeerService.Answer answer) {
        if (stale[0] && request.slotFrom() == 3) {
          stale[0] = false;
          request.command().release();
          answer.refuse(PeerStatus.WRONG_EPOCH, 41);
        } else {
          answer.reply(request.command());
        }
      }
    };
    PeerOptions one = new PeerOptions(1, 1 << 20, 100, 1 << 20, Duration.ofSeconds(2), Duration.ofMillis(20),
        Duration.ofMillis(100));
    try (PeerPair pair = new PeerPair(peer, PeerPair.SECRET, one)) {
      CompletableFuture<PeerOutcome> refused = pair.send(3, "refused");
      CompletableFuture<PeerOutcome> behind = pair.sendBehind(3, "would overtake");
      assertThat(refused.get()).isEqualTo(new PeerOutcome.Refused(PeerStatus.WRONG_EPOCH, 41));
      assertThat(behind.get()).isIn(new PeerOutcome.Refused(PeerStatus.NOT_LEADER, 0), NOT_SENT);
      assertThat(pair.sendBehind(3, "too").get()).as("not even sent").isEqualTo(NOT_SENT);
      assertThat(PeerPair.text(pair.send(4, "other slot").get())).isEqualTo("other slot");
      assertThat(PeerPair.text(pair.send(3, "again").get())).isEqualTo("again");
      assertThat(PeerPair.text(pair.sendBehind(3, "behind it").get())).isEqualTo("behind it");
      assertThat(peer.seen).extracting(PeerRequest::slotFrom).containsExactly(3, 4, 3, 3);
    }
  }

  @Test
  void aLostConnectionLeavesSentRequestsUnknownAndIsOpenedAgain() throws Exception {
    List<PeerService.Answer> held = new ArrayList<>();
    FakePeer peer = new FakePeer() {
      @Override
      synchronized void answer(PeerRequest request, PeerService.Answer answer) {
        if (text(request.command()).equals("hold")) {
          request.command().release();
          held.add(answer);
        } else {
          answer.reply(request.command());
        }
      }
    };
    try (PeerPair pair = new PeerPair(peer)) {
      CompletableFuture<PeerOutcome> lost = pair.send(1, "hold");
      Awaitility.await().until(() -> peer.seen.size() == 1);
      pair.server.close();
      assertThat(lost.get()).isEqualTo(new PeerOutcome.Unknown(PeerOutcome.Unknown.Cause.CONNECTION_LOST));
      assertThat(pair.send(1, "nobody listens").get())
          .isEqualTo(new PeerOutcome.NotSent(PeerOutcome.NotSent.Cause.UNREACHABLE));
      pair.server = pair.serve(2, peer, PeerPair.OPTIONS);
      pair.server.start(pair.address);
      Awaitility.await().pollInterval(Duration.ofMillis(20)).until(
          () -> pair.send(1, "again").get() instanceof PeerOutcome.Answered answered
              && answered.reply().release());
      held.getFirst().reply(PeerPair.bytes("too late"));
    }
  }

  @Test
  void aPeerThatDoesNotAnswerEndsInTheDeadlineAndALateAnswerIsDropped() throws Exception {
    CompletableFuture<PeerService.Answer> held = new CompletableFuture<>();
    FakePeer peer = new FakePeer() {
      @Override
      void answer(PeerRequest request, PeerService.Answer answer) {
        if (request.slotFrom() == 1) {
          request.command().release();
          held.complete(answer);
        } else {
          answer.reply(request.command());
        }
      }
    };
    try (PeerPair pair = new PeerPair(peer)) {
      assertThat(pair.send(1, PeerPair.bytes("slow"), 60).get())
          .isEqualTo(new PeerOutcome.Unknown(PeerOutcome.Unknown.Cause.DEADLINE));
      held.get().reply(PeerPair.bytes("too late"));
      assertThat(PeerPair.text(pair.send(2, "others").get())).isEqualTo("others");
      assertThat(pair.pool.stats().inFlightBytes().sum()).isZero();
    }
  }

  @Test
  void whatIsOverTheLimitIsNotSentAndTheRestIsServed() throws Exception {
    PeerOptions narrow = new PeerOptions(1, 1 << 20, 2, 1 << 20, Duration.ofSeconds(2), Duration.ofMillis(20),
        Duration.ofMillis(100));
    List<PeerService.Answer> held = new ArrayList<>();
    FakePeer peer = new FakePeer() {
      @Override
      synchronized void answer(PeerRequest request, PeerService.Answer answer) {
        request.command().release();
        held.add(answer);
      }
    };
    try (PeerPair pair = new PeerPair(peer, PeerPair.SECRET, narrow)) {
      CompletableFuture<PeerOutcome> first = pair.send(1, "a");
      CompletableFuture<PeerOutcome> second = pair.send(1, "b");
      assertThat(pair.send(1, "c").get())
          .isEqualTo(new PeerOutcome.NotSent(PeerOutcome.NotSent.Cause.OVERLOADED));
      Awaitility.await().until(() -> peer.seen.size() == 2);
      held.forEach(answer -> answer.reply(PeerPair.bytes("+OK")));
      assertThat(PeerPair.text(first.get()) + PeerPair.text(second.get())).isEqualTo("+OK+OK");
      assertThat(pair.pool.stats().overloaded().sum()).isEqualTo(1);
    }
  }

  @Test
  void aNodeThatMovesIsFollowedAndItsOldConnectionsAreClosed() throws Exception {
    FakePeer before = new FakePeer();
    FakePeer after = new FakePeer();
    try (PeerPair pair = new PeerPair(before)) {
      PeerPair.text(pair.send(1, "here").get());
      PeerServer moved = pair.serve(2, after, PeerPair.OPTIONS);
      pair.place(2, moved.start(new InetSocketAddress("127.0.0.1", 0)).getPort());
      assertThat(PeerPair.text(pair.send(1, "there").get())).isEqualTo("there");
      assertThat(after.seen).hasSize(1);
      Awaitility.await().until(() -> before.connections.get() == 0);
      moved.close();
    }
  }

  @Test
  void aNodeThatIsNotKnownIsUnreachable() throws Exception {
    try (PeerPair pair = new PeerPair(new FakePeer())) {
      CompletableFuture<PeerOutcome> outcome = new CompletableFuture<>();
      pair.pool.send(9, new PeerRequest(7, 1, 1, 1, PeerRequest.Order.FIRST, 2, 100, PeerPair.bytes("x")),
          outcome::complete);
      assertThat(outcome.get()).isEqualTo(new PeerOutcome.NotSent(PeerOutcome.NotSent.Cause.UNREACHABLE));
    }
  }
}
