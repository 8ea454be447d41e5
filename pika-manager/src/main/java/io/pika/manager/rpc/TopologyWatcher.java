package io.pika.manager.rpc;

import io.grpc.Status;
import io.grpc.stub.ServerCallStreamObserver;
import io.pika.core.rpc.TopologyUpdate;
import io.pika.manager.control.TopologyFeed;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sends one node the topology at the pace it takes it: nothing is encoded or queued before the transport is ready
 * for it. One that takes nothing for too long is dropped; it comes back and resumes from what it has.
 */
final class TopologyWatcher implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(TopologyWatcher.class);
  private static final long WAIT_MS = 30_000;

  private final ServerCallStreamObserver<TopologyUpdate> out;
  private final TopologyFeed feed;
  private final Semaphore ready = new Semaphore(0);
  private long sent;

  /** Make it before the call's method returns. */
  TopologyWatcher(ServerCallStreamObserver<TopologyUpdate> out, TopologyFeed feed, long fromVersion) {
    this.out = out;
    this.feed = feed;
    this.sent = fromVersion;
    out.setOnReadyHandler(ready::release);
    out.setOnCancelHandler(ready::release);
  }

  @Override
  public void run() {
    try {
      while (!out.isCancelled()) {
        TopologyFeed.Next next = feed.after(sent, WAIT_MS);
        switch (next) {
          case TopologyFeed.Next.Nothing nothing -> {
          }
          case TopologyFeed.Next.Over over -> {
            out.onError(
                Status.UNAVAILABLE.withDescription("this manager does not lead any more").asException());
            return;
          }
          case TopologyFeed.Next.Changes changes -> {
            for (TopologyUpdate update : changes.updates()) {
              send(update);
              sent = update.getVersion();
            }
          }
          case TopologyFeed.Next.Snapshot snapshot -> {
            while (snapshot.chunks().hasNext()) {
              awaitReady();
              send(snapshot.chunks().next());
            }
            sent = snapshot.version();
          }
        }
      }
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    } catch (TooSlow slow) {
      out.onError(Status.ABORTED.withDescription("the node took no topology for " + WAIT_MS
          + " ms; watch again from the version it has").asException());
    } catch (RuntimeException hungUp) {
      LOG.debug("a node hung up: {}", hungUp.getMessage());
    }
  }

  private void send(TopologyUpdate update) throws InterruptedException, TooSlow {
    awaitReady();
    if (!out.isCancelled()) {
      out.onNext(update);
    }
  }

  private void awaitReady() throws InterruptedException, TooSlow {
    while (!out.isReady() && !out.isCancelled()) {
      if (!ready.tryAcquire(WAIT_MS, TimeUnit.MILLISECONDS)) {
        throw new TooSlow();
      }
    }
  }

  private static final class TooSlow extends Exception {
    private static final long serialVersionUID = 1L;
  }
}
