package io.pika.cli.source;

import io.pika.cli.redis.RedisAddress;
import io.pika.cli.transfer.Patience;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Puts what a source sends into the spool, acknowledges every second what the table has done, and connects again where it
 * was when the connection is lost.
 */
final class Receiver implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(10);
  private static final long ACKNOWLEDGE_MS = 1_000;
  private static final int READ_BYTES = 64 << 10;

  private final RedisAddress source;
  private final Path identityFile;
  private final Spool spool;
  private final LongSupplier done;
  private final AtomicReference<@Nullable IOException> failure = new AtomicReference<>();
  private volatile ReplicaLink link;
  private final Thread reader;
  private final Thread acknowledger;
  private volatile boolean closed;

  /** @param done up to which offset the table has done everything */
  Receiver(RedisAddress source, ReplicaLink link, Path identityFile, Spool spool, LongSupplier done) {
    this.source = source;
    this.link = link;
    this.identityFile = identityFile;
    this.spool = spool;
    this.done = done;
    this.reader = Thread.ofPlatform().daemon().name("receiver").start(this::receive);
    this.acknowledger = Thread.ofVirtual().name("acknowledger").start(this::acknowledge);
  }

  /** Throws what ended it. */
  void check() throws IOException {
    IOException trouble = failure.get();
    if (trouble != null) {
      throw trouble;
    }
  }

  private void receive() {
    byte[] buffer = new byte[READ_BYTES];
    try {
      while (!closed) {
        IOException lost = copy(link, buffer);
        if (!closed) {
          link = again(lost);
        }
      }
    } catch (IOException trouble) {
      failure.set(trouble);
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  /** Copies until the connection is lost; troubles of the disk are thrown. */
  private IOException copy(ReplicaLink from, byte[] buffer) throws IOException {
    InputStream in = from.commands();
    while (true) {
      int count;
      try {
        count = in.read(buffer);
      } catch (IOException lost) {
        return lost;
      }
      if (count < 0) {
        return new EOFException("the source closed the connection");
      }
      spool.append(buffer, count);
    }
  }

  private ReplicaLink again(IOException lost) throws IOException, InterruptedException {
    link.close();
    Patience patience = new Patience(PATIENCE);
    IOException trouble = lost;
    while (true) {
      patience.pause(trouble);
      try {
        ReplicaLink next = ReplicaLink.from(source, ReplicaIdentity.load(identityFile).id(), spool.end());
        if (next.isFull()) {
          next.close();
          throw new ReplicationRefusedException(
              "the source has not kept what came since the connection was lost ("
                  + lost.getMessage() + "): begin again, with a larger repl-backlog-size there");
        }
        ReplicaIdentity.load(identityFile).withId(next.id()).save(identityFile);
        return next;
      } catch (ReplicationRefusedException refused) {
        throw refused;
      } catch (IOException notYet) {
        trouble = notYet;
      }
    }
  }

  private void acknowledge() {
    try {
      while (!closed) {
        try {
          link.acknowledge(done.getAsLong());
        } catch (IOException lost) {
          // The reader notices too, and connects again.
          Thread.yield();
        }
        Thread.sleep(ACKNOWLEDGE_MS);
      }
    } catch (InterruptedException ended) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void close() {
    closed = true;
    link.close();
    acknowledger.interrupt();
    reader.interrupt();
  }
}
