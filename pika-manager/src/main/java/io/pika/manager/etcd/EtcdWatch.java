package io.pika.manager.etcd;

import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.common.exception.CompactedException;
import io.etcd.jetcd.options.WatchOption;
import io.etcd.jetcd.watch.WatchEvent.EventType;
import io.etcd.jetcd.watch.WatchResponse;
import io.pika.core.bytes.Bytes;
import io.pika.core.meta.KeyRange;
import io.pika.core.meta.MetadataException;
import io.pika.core.meta.MetadataException.Kind;
import io.pika.core.meta.MetadataStore;
import io.pika.core.meta.WatchEvent;
import io.pika.core.meta.WatchListener;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A watch that goes on over broken connections and over etcd's loss of its quorum, after which jetcd's own ends: it is begun anew
 * behind the last revision that was shown. The listener has a thread of its own, so that it may block; when it is too late for
 * the bound of what waits for it, the watch begins anew too.
 */
final class EtcdWatch implements MetadataStore.Watch {
  private static final Logger LOG = LoggerFactory.getLogger(EtcdWatch.class);
  private static final int MOST_WAITING = 10_000;
  private static final long PAUSE_MS = 500;

  private final Watch client;
  private final KeyRange keys;
  private final WatchListener listener;
  private final Consumer<EtcdWatch> ended;
  private final Thread thread;
  /** The first revision that was not shown. */
  private long next;
  private volatile boolean closed;

  private sealed interface Signal {
    record Shown(WatchResponse response) implements Signal {}

    record Failed(Throwable why) implements Signal {}

    /** The client's watch is over. */
    record Over() implements Signal {}
  }

  /** One watch of the client. */
  private static final class Attempt implements Watch.Listener {
    final ArrayBlockingQueue<Signal> signals = new ArrayBlockingQueue<>(MOST_WAITING);
    volatile boolean lost;

    private void signal(Signal signal) {
      // What comes behind something that had no room is not shown: it is asked for anew.
      lost = lost || !signals.offer(signal);
    }

    @Override
    public void onNext(WatchResponse response) {
      signal(new Signal.Shown(response));
    }

    @Override
    public void onError(Throwable why) {
      signal(new Signal.Failed(why));
    }

    @Override
    public void onCompleted() {
      signal(new Signal.Over());
    }
  }

  EtcdWatch(Watch client, KeyRange keys, long fromRevision, WatchListener listener,
      Consumer<EtcdWatch> ended) {
    this.client = client;
    this.keys = keys;
    this.next = fromRevision;
    this.listener = listener;
    this.ended = ended;
    this.thread = Thread.ofVirtual().name("etcd-watch").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  private void run() {
    try {
      MetadataException end = null;
      while (!closed && end == null) {
        end = showUntilOver();
        if (end == null && !closed) {
          TimeUnit.MILLISECONDS.sleep(PAUSE_MS);
        }
      }
      if (end != null && !closed) {
        listener.failed(end);
      }
    } catch (InterruptedException stopped) {
      LOG.trace("closed");
    } catch (RuntimeException bug) {
      LOG.error("A watch ends over a bug", bug);
      listener.failed(new MetadataException(Kind.CLOSED, "the watch failed", bug));
    } finally {
      ended.accept(this);
    }
  }

  /** Null: it may be begun anew. */
  private @Nullable MetadataException showUntilOver() throws InterruptedException {
    Attempt attempt = new Attempt();
    WatchOption option = WatchOption.builder().withRange(EtcdMetadataStore.bytes(keys.to()))
        .withRevision(next)
        .withProgressNotify(true).withRequireLeader(true).build();
    try (Watch.Watcher watcher = client.watch(EtcdMetadataStore.bytes(keys.from()), option, attempt)) {
      while (!closed) {
        Signal signal = attempt.signals.poll(1, TimeUnit.SECONDS);
        switch (signal) {
          case Signal.Shown(WatchResponse response) -> show(response);
          case Signal.Failed(CompactedException compacted) -> {
            return new MetadataException(Kind.COMPACTED, "etcd does not keep revision " + next + " any more",
                compacted);
          }
          // The client connects again by itself.
          case Signal.Failed(Throwable why) -> LOG.debug("a watch was disturbed: {}", why.getMessage());
          case Signal.Over _ -> {
            return null;
          }
          case null -> {
            if (attempt.lost) {
              return null;
            }
          }
        }
      }
      LOG.trace("closing {}", watcher);
    }
    return null;
  }

  private void show(WatchResponse response) {
    List<WatchEvent> events = new ArrayList<>();
    long revision = 0;
    for (io.etcd.jetcd.watch.WatchEvent each : response.getEvents()) {
      KeyValue entry = each.getKeyValue();
      if (entry.getModRevision() != revision) {
        show(revision, events);
        events = new ArrayList<>();
        revision = entry.getModRevision();
      }
      events.add(each.getEventType() == EventType.DELETE
          ? new WatchEvent.Deleted(Bytes.of(entry.getKey().getBytes()), revision)
          : new WatchEvent.Written(EtcdMetadataStore.entry(entry)));
    }
    show(revision, events);
    if (response.isProgressNotify()) {
      next = Math.max(next, response.getHeader().getRevision() + 1);
    }
  }

  private void show(long revision, List<WatchEvent> events) {
    if (!events.isEmpty() && revision >= next && !closed) {
      listener.changed(revision, events);
      next = revision + 1;
    }
  }

  @Override
  public void close() {
    closed = true;
    thread.interrupt();
  }
}
