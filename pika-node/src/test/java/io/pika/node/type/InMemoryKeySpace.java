package io.pika.node.type;

import io.pika.core.bytes.Bytes;
import io.pika.node.store.Elements;
import io.pika.node.store.Entry;
import io.pika.node.store.KeyFilter;
import io.pika.node.store.KeyRange;
import io.pika.node.store.KeySpace;
import io.pika.node.store.KeyVisitor;
import io.pika.node.store.ScanPage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A slot in memory with a clock that the test sets. It keeps to the contract to the letter, so as to catch types that do not. */
public final class InMemoryKeySpace implements KeySpace {
  private final NavigableMap<Bytes, Entry> entries = new TreeMap<>();
  private final Map<Long, NavigableMap<Bytes, byte[]>> collections = new HashMap<>();
  private long nowMs;
  private long lastCollection;

  public InMemoryKeySpace(long nowMs) {
    this.nowMs = nowMs;
  }

  public void setNowMs(long nowMs) { this.nowMs = nowMs; }

  @Override
  public int table() {
    return 0;
  }

  @Override
  public int slot() {
    return 0;
  }

  @Override
  public Savepoint savepoint() {
    throw new UnsupportedOperationException("nothing can be taken back here");
  }

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
    dropElements(entries.put(Bytes.of(key), entry), entry);
  }

  @Override
  public boolean delete(byte[] key) {
    boolean live = find(key) != null;
    dropElements(entries.remove(Bytes.of(key)), null);
    return live;
  }

  @Override
  public void deleteEmptied(byte[] key) {
    Entry removed = entries.remove(Bytes.of(key));
    if (removed != null && removed.type() != Entry.STRING && !elementsOf(removed.head().id()).isEmpty()) {
      throw new AssertionError("elements are left of " + Bytes.of(key));
    }
    dropElements(removed, null);
  }

  @Override
  public void rename(byte[] from, byte[] to) {
    Entry moved = entries.remove(Bytes.of(from));
    if (moved == null || moved.expiredAt(nowMs)) {
      throw new AssertionError("renamed and not there");
    }
    dropElements(entries.put(Bytes.of(to), moved), moved);
  }

  @Override
  public long newCollection() {
    return ++lastCollection;
  }

  @Override
  public Elements elements(long collection) {
    return new InMemoryElements(elementsOf(collection));
  }

  /** Every stored element belongs to a key. */
  public void assertNoOrphans() {
    Set<Long> used = entries.values().stream().filter(entry -> entry.type() != Entry.STRING)
        .map(entry -> entry.head().id()).collect(Collectors.toSet());
    collections.forEach((id, elements) -> {
      if (!used.contains(id) && !elements.isEmpty()) {
        throw new AssertionError(elements.size() + " elements belong to no key");
      }
    });
  }

  private NavigableMap<Bytes, byte[]> elementsOf(long collection) {
    return collections.computeIfAbsent(collection, id -> new TreeMap<>());
  }

  private void dropElements(@Nullable Entry before, @Nullable Entry after) {
    if (before == null || before.type() == Entry.STRING) {
      return;
    }
    long id = before.head().id();
    if (after == null || after.type() == Entry.STRING || after.head().id() != id) {
      collections.remove(id);
    }
  }

  @Override
  public boolean expireAt(byte[] key, long atMs) {
    Entry entry = find(key);
    if (entry == null) {
      return false;
    }
    if (atMs != 0 && atMs <= nowMs) {
      delete(key);
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
  public byte @Nullable [] walk(KeyRange range, int limit, KeyVisitor visitor) {
    NavigableMap<Bytes, Entry> walked = entries.tailMap(Bytes.of(range.least()), true);
    walked = range.greatest() == null ? walked : walked.headMap(Bytes.of(range.greatest()), true);
    int looked = 0;
    for (var entry : (range.order() == KeyRange.Order.UP ? walked : walked.descendingMap()).entrySet()) {
      byte[] key = entry.getKey().array();
      boolean live = !entry.getValue().expiredAt(nowMs);
      if (looked++ == limit || live && !visitor.take(key, entry.getValue())) {
        return key;
      }
    }
    return null;
  }

  @Override
  public byte @Nullable [] randomKey(RandomGenerator random) {
    List<Bytes> live = entries.keySet().stream().filter(key -> find(key.array()) != null).toList();
    return live.isEmpty() ? null : live.get(random.nextInt(live.size())).array();
  }

  @Override
  public void clear() {
    entries.clear();
    collections.clear();
  }

  @Override
  public void announce(char type, String name, byte[] key) {
    // Nobody listens.
  }

  @Override
  public void publish(boolean toShard, byte[] channel, byte[] content) {
    // Nobody listens.
  }
}
