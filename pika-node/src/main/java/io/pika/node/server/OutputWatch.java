package io.pika.node.server;

import io.pika.node.settings.OutputLimit;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Cuts a client that does not fetch what it has asked for. On the connection's event loop. */
final class OutputWatch {
  private static final Logger LOG = LoggerFactory.getLogger(OutputWatch.class);

  private final ServerContext server;
  private final ClientConnection client;
  private final BooleanSupplier fetchHeldUp;
  /** Since when more than the soft limit has been waiting; 0: it is not. */
  private long overSoftSince;
  /** Since when the client has taken nothing more of a long reply; 0: it has just done so, or there is none. */
  private long heldUpSince;

  /** @param fetchHeldUp whether a long reply waits for the client to take some of it */
  OutputWatch(ServerContext server, ClientConnection client, BooleanSupplier fetchHeldUp) {
    this.server = server;
    this.client = client;
    this.fetchHeldUp = fetchHeldUp;
  }

  /** The client has taken enough to be written to again. */
  void taken() {
    overSoftSince = 0;
    heldUpSince = 0;
  }

  /** Called when the channel is full, and each second. */
  void check() {
    OutputLimit limit = client.session().isSubscriber()
        ? server.limits().messages()
        : server.limits().output();
    long waiting = client.outputBytes();
    long now = server.nanoTime().getAsLong();
    if (limit.softBytes() == 0 || waiting <= limit.softBytes()) {
      overSoftSince = 0;
    } else if (overSoftSince == 0) {
      overSoftSince = now;
    }
    boolean overSoft = overSoftSince != 0
        && now - overSoftSince > TimeUnit.SECONDS.toNanos(limit.softSeconds());
    if (limit.hardBytes() > 0 && waiting > limit.hardBytes() || overSoft) {
      client.cutSlow(waiting);
    } else {
      checkFetch(now);
    }
  }

  /** A long reply keeps a snapshot open: who does not fetch it must go. */
  private void checkFetch(long now) {
    if (!fetchHeldUp.getAsBoolean()) {
      heldUpSince = 0;
    } else if (heldUpSince == 0) {
      heldUpSince = now;
    } else if (now - heldUpSince > server.limits().longReply().toNanos()) {
      LOG.warn("disconnecting client {}: it does not fetch its long reply (long-reply-timeout)",
          client.address());
      server.statistics().connectionsCut.increment();
      server.statistics().longRepliesNotFetched.increment();
      client.cut();
    }
  }
}
