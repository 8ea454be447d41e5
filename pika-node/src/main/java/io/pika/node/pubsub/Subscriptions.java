package io.pika.node.pubsub;

import io.pika.core.bytes.Bytes;
import io.pika.proxy.protocol.Glob;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Who on this node listens to what, for each table by itself: a message never leaves the table that it was published
 * in. A subscription that was made before a message is published gets it; order among messages is the order of the
 * publishing calls of one thread. Any thread; publishing takes no lock.
 */
public final class Subscriptions {
  private final Map<Integer, OfTable> tables = new ConcurrentHashMap<>();
  private final LongAdder published = new LongAdder();
  private final LongAdder delivered = new LongAdder();

  /** What one pattern or channel has; no entry is empty. */
  private record Listeners(Glob glob, Set<Subscriber> subscribers) {}

  /** Changed under the lock of its entry in {@link #tables}, read by anybody. */
  private static final class OfTable {
    final Map<Bytes, Listeners> channels = new ConcurrentHashMap<>();
    final Map<Bytes, Listeners> patterns = new ConcurrentHashMap<>();
    final Map<Bytes, Listeners> shards = new ConcurrentHashMap<>();

    Map<Bytes, Listeners> of(ChannelKind kind) {
      return switch (kind) {
        case CHANNEL -> channels;
        case PATTERN -> patterns;
        case SHARD -> shards;
      };
    }

    void add(ChannelKind kind, Bytes name, Subscriber subscriber) {
      of(kind).computeIfAbsent(name,
          any -> new Listeners(new Glob(name.array()), ConcurrentHashMap.newKeySet(1))).subscribers
          .add(subscriber);
    }

    void remove(ChannelKind kind, Bytes name, Subscriber subscriber) {
      Listeners listeners = of(kind).get(name);
      if (listeners != null && listeners.subscribers.remove(subscriber) && listeners.subscribers.isEmpty()) {
        of(kind).remove(name);
      }
    }

    boolean isEmpty() { return channels.isEmpty() && patterns.isEmpty() && shards.isEmpty(); }
  }

  /** Does nothing if the subscriber is there already. */
  public void subscribe(int table, ChannelKind kind, Bytes name, Subscriber subscriber, OwnChannels own) {
    if (own.add(kind, name)) {
      tables.compute(table, (id, known) -> {
        OfTable subscriptions = known == null ? new OfTable() : known;
        subscriptions.add(kind, name, subscriber);
        return subscriptions;
      });
    }
  }

  /** Does nothing if the subscriber is not there. */
  public void unsubscribe(int table, ChannelKind kind, Bytes name, Subscriber subscriber, OwnChannels own) {
    if (own.remove(kind, name)) {
      tables.computeIfPresent(table, (id, known) -> {
        known.remove(kind, name, subscriber);
        return known.isEmpty() ? null : known;
      });
    }
  }

  public void unsubscribeAll(int table, Subscriber subscriber, OwnChannels own) {
    for (ChannelKind kind : ChannelKind.values()) {
      own.names(kind).forEach(name -> unsubscribe(table, kind, name, subscriber, own));
    }
  }

  /** To those of the channel, then to those whose patterns fit. Returns how many got it. */
  public int publish(int table, Bytes channel, byte[] content) {
    published.increment();
    OfTable of = tables.get(table);
    if (of == null) {
      return 0;
    }
    int receivers = deliver(of.channels.get(channel),
        () -> Message.onChannel(table, ChannelKind.CHANNEL, channel, content));
    for (Map.Entry<Bytes, Listeners> pattern : of.patterns.entrySet()) {
      if (pattern.getValue().glob.matches(channel.array())) {
        receivers += deliver(pattern.getValue(),
            () -> Message.onPattern(table, pattern.getKey(), channel, content));
      }
    }
    return receivers;
  }

  /** To those of a shard channel. Returns how many got it. */
  public int publishToShard(int table, Bytes channel, byte[] content) {
    published.increment();
    OfTable of = tables.get(table);
    return of == null
        ? 0
        : deliver(of.shards.get(channel),
            () -> Message.onChannel(table, ChannelKind.SHARD, channel, content));
  }

  private interface Encoding {
    Message message();
  }

  private int deliver(@Nullable Listeners listeners, Encoding encoding) {
    if (listeners == null) {
      return 0;
    }
    int receivers = 0;
    Message message = encoding.message();
    for (Subscriber subscriber : listeners.subscribers) {
      subscriber.deliver(message);
      receivers++;
    }
    delivered.add(receivers);
    return receivers;
  }

  /** Names that somebody listens to. @param pattern null: all */
  public List<Bytes> names(int table, ChannelKind kind, @Nullable Glob pattern) {
    OfTable of = tables.get(table);
    List<Bytes> found = new ArrayList<>();
    if (of != null) {
      of.of(kind).keySet().stream().filter(name -> pattern == null || pattern.matches(name.array()))
          .forEach(found::add);
    }
    return found;
  }

  /** How many listen to a name. */
  public int listeners(int table, ChannelKind kind, Bytes name) {
    OfTable of = tables.get(table);
    Listeners listeners = of == null ? null : of.of(kind).get(name);
    return listeners == null ? 0 : listeners.subscribers.size();
  }

  /** How many names somebody listens to. */
  public int size(int table, ChannelKind kind) {
    OfTable of = tables.get(table);
    return of == null ? 0 : of.of(kind).size();
  }

  /** The same of all tables. */
  public int size(ChannelKind kind) {
    return tables.values().stream().mapToInt(of -> of.of(kind).size()).sum();
  }

  /** Messages that were published to this node, by its own clients and by others'. */
  public long published() {
    return published.sum();
  }

  /** Messages that were given to subscribers. */
  public long delivered() {
    return delivered.sum();
  }
}
