package io.pika.node.type;

import io.pika.core.bytes.Bytes;
import io.pika.node.store.Entry;
import io.pika.node.store.KeyFilter;
import io.pika.node.store.KeySpace;
import io.pika.node.store.ScanPage;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A slot in memory with a clock that the test sets. It keeps to the contract to the letter, so as to catch types that do not. */
public final class InMemoryKeySpace implements KeySpace {
  private final NavigableMap<Bytes, Entry> entries = new TreeMap<>();
  private long nowMs;

  public InMemoryKeySpace(long nowMs) {
    this.nowMs = nowMs;
  }

  public void setNowMs(long nowMs) { this.nowMs = nowMs; }

  @Override
  public long nowMs() {
    return nowMs;
  }

  @Override
  public @Nullable Entry find(byte[] key) {
    Entry entry = entries.get(Bytes.of(key));
    return entry == null || entry.expiredAt(nowMs) ? null : entry;
  }

  @Override
  public void put(byte[] key, Entry entry) {
    if (entry.expiredAt(nowMs)) {
      throw new AssertionError("written after its end");
    }
    entries.put(Bytes.of(key), entry);
  }

  @Override
  public boolean delete(byte[] key) {
    boolean live = find(key) != null;
    entries.remove(Bytes.of(key));
    return live;
  }

  @Override
  public boolean expireAt(byte[] key, long atMs) {
    Entry entry = find(key);
    if (entry == null) {
      return false;
    }
    if (atMs != 0 && atMs <= nowMs) {
      entries.remove(Bytes.of(key));
    } else {
      entries.put(Bytes.of(key), new Entry(entry.type(), atMs, entry.value()));
    }
    return true;
  }

  @Override
  public long keys() {
    return entries.size();
  }

  @Override
  public ScanPage scan(byte @Nullable [] after, KeyFilter filter, int limit) {
    NavigableMap<Bytes, Entry> rest = after == null ? entries : entries.tailMap(Bytes.of(after), false);
    List<byte[]> found = new ArrayList<>();
    byte @Nullable [] last = null;
    int looked = 0;
    for (var entry : rest.entrySet()) {
      if (looked == limit) {
        return page(found, last, looked);
      }
      looked++;
      last = entry.getKey().array();
      if (!entry.getValue().expiredAt(nowMs) && filter.accepts(last, entry.getValue().type())) {
        found.add(last);
      }
    }
    return page(found, null, looked);
  }

  @SuppressWarnings("NullAway") // It does not see the annotation of a compiled record's array.
  private static ScanPage page(List<byte[]> found, byte @Nullable [] last, int looked) {
    return new ScanPage(found, last, looked);
  }

  @Override
  public byte @Nullable [] randomKey(RandomGenerator random) {
    List<Bytes> live = entries.keySet().stream().filter(key -> find(key.array()) != null).toList();
    return live.isEmpty() ? null : live.get(random.nextInt(live.size())).array();
  }

  @Override
  public void clear() {
    entries.clear();
  }
}
