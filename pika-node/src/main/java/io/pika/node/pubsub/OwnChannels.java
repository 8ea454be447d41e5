package io.pika.node.pubsub;

import io.pika.core.bytes.Bytes;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** What one session is subscribed to, in the order in which it said so. Changed by one thread; counts are for any. */
public final class OwnChannels {
  /** About what a subscription takes beside its name, here and in {@link Subscriptions}. */
  private static final int SUBSCRIPTION_BYTES = 256;

  private final Map<ChannelKind, Set<Bytes>> names = new EnumMap<>(ChannelKind.class);
  private volatile int channels;
  private volatile int patterns;
  private volatile int shards;
  private long bytes;

  public OwnChannels() {
    for (ChannelKind kind : ChannelKind.values()) {
      names.put(kind, new LinkedHashSet<>());
    }
  }

  /** False: it was there already. */
  boolean add(ChannelKind kind, Bytes name) {
    boolean added = of(kind).add(name);
    if (added) {
      bytes += SUBSCRIPTION_BYTES + name.size();
      count();
    }
    return added;
  }

  /** False: it was not there. */
  boolean remove(ChannelKind kind, Bytes name) {
    boolean removed = of(kind).remove(name);
    if (removed) {
      bytes -= SUBSCRIPTION_BYTES + name.size();
      count();
    }
    return removed;
  }

  private void count() {
    channels = of(ChannelKind.CHANNEL).size();
    patterns = of(ChannelKind.PATTERN).size();
    shards = of(ChannelKind.SHARD).size();
  }

  private Set<Bytes> of(ChannelKind kind) {
    Set<Bytes> set = names.get(kind);
    if (set == null) {
      throw new IllegalStateException("there is a set for each kind");
    }
    return set;
  }

  public boolean has(ChannelKind kind, Bytes name) {
    return of(kind).contains(name);
  }

  /** A copy. */
  public List<Bytes> names(ChannelKind kind) {
    return new ArrayList<>(of(kind));
  }

  public int size(ChannelKind kind) {
    return switch (kind) {
      case CHANNEL -> channels;
      case PATTERN -> patterns;
      case SHARD -> shards;
    };
  }

  /** What replies count: channels and patterns together, shard channels alone. */
  public int countedWith(ChannelKind kind) {
    return kind == ChannelKind.SHARD ? shards : channels + patterns;
  }

  public int size() {
    return channels + patterns + shards;
  }

  public boolean isEmpty() { return size() == 0; }

  /** Memory that they take, about. */
  public long bytes() {
    return bytes;
  }
}
