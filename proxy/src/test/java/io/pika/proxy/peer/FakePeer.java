package io.pika.proxy.peer;

import io.netty.buffer.ByteBuf;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/** A node that keeps what it is asked and answers as told; by default it echoes the command. */
class FakePeer implements PeerService {
  final List<PeerRequest> seen = new CopyOnWriteArrayList<>();
  final AtomicInteger connections = new AtomicInteger();
  final AtomicInteger batches = new AtomicInteger();

  @Override
  public Session connected(int node, Executor loop, BooleanSupplier room) {
    connections.incrementAndGet();
    return new Session() {
      @Override
      public void request(PeerRequest request, Answer answer) {
        seen.add(request);
        answer(request, answer);
      }

      @Override
      public void batchEnd() {
        batches.incrementAndGet();
      }

      @Override
      public void room() {
        FakePeer.this.room(room.getAsBoolean());
      }

      @Override
      public void closed() {
        connections.decrementAndGet();
      }
    };
  }

  /** Answers have left. */
  void room(boolean now) {}

  /** Owns the command. */
  void answer(PeerRequest request, PeerService.Answer answer) {
    answer.reply(request.command());
  }

  static String text(ByteBuf bytes) {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}
