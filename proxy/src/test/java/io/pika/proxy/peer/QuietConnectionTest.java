package io.pika.proxy.peer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A connection on which a request has waited for an hour, as BLPOP does: that is no silence. */
@Timeout(60)
class QuietConnectionTest {
  private static final PeerOptions ONE_CONNECTION = new PeerOptions(1, 1 << 20, 100, 1 << 20,
      Duration.ofSeconds(2), Duration.ofMillis(20), Duration.ofMillis(100));
  private static final int HOUR_MS = 3_600_000;

  /** Stands still until it is told to go on. */
  private static final class ManualTimer implements PeerTimer {
    private final List<Task> tasks = new ArrayList<>();
    private long nowMs;

    private record Task(long atMs, Runnable run) {}

    @Override
    public synchronized long nowMs() {
      return nowMs;
    }

    @Override
    public synchronized void after(long delayMs, Runnable task) {
      tasks.add(new Task(nowMs + delayMs, task));
    }

    void goOn(long ms) {
      List<Task> due;
      synchronized (this) {
        nowMs += ms;
        due = tasks.stream().filter(task -> task.atMs <= nowMs).toList();
        tasks.removeAll(due);
      }
      due.forEach(task -> task.run.run());
    }
  }

  private final ManualTimer timer = new ManualTimer();

  private CompletableFuture<PeerOutcome> send(PeerPool pool, String command, int timeoutMs) {
    CompletableFuture<PeerOutcome> outcome = new CompletableFuture<>();
    pool.send(2, new PeerRequest(7, 1, 1, 1, PeerRequest.Order.NONE, 2, timeoutMs, PeerPair.bytes(command)),
        outcome::complete);
    return outcome;
  }

  @Test
  void oneLateRequestAfterAQuietHourClosesNothing() throws Exception {
    FakePeer peer = new FakePeer() {
      @Override
      void answer(PeerRequest request, PeerService.Answer answer) {
        if (text(request.command()).equals("echo")) {
          answer.reply(request.command());
        } else {
          request.command().release();
        }
      }
    };
    try (PeerPair pair = new PeerPair(peer);
        PeerPool pool = new PeerPool(1, pair.topology, PeerPair.SECRET, ONE_CONNECTION, pair.transport, timer,
            new SecureRandom())) {
      assertThat(PeerPair.text(send(pool, "echo", 1_000).get(20, TimeUnit.SECONDS))).isEqualTo("echo");
      CompletableFuture<PeerOutcome> waiting = send(pool, "wait", 2 * HOUR_MS);
      await().until(() -> peer.seen.size() == 2);
      timer.goOn(HOUR_MS);
      CompletableFuture<PeerOutcome> late = send(pool, "never answered", 100);
      await().until(() -> {
        timer.goOn(50);
        return late.isDone();
      });
      assertThat(late.get()).isEqualTo(new PeerOutcome.Unknown(PeerOutcome.Unknown.Cause.DEADLINE));
      assertThat(PeerPair.text(send(pool, "echo", 1_000).get(20, TimeUnit.SECONDS))).isEqualTo("echo");
      assertThat(waiting).as("its connection is still there").isNotDone();
    }
  }
}
