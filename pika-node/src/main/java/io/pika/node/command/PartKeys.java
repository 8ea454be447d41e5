package io.pika.node.command;

import io.pika.core.bytes.Bytes;
import io.pika.node.store.Elements;
import io.pika.node.store.Entry;
import io.pika.node.store.KeyFilter;
import io.pika.node.store.KeyRange;
import io.pika.node.store.KeySpace;
import io.pika.node.store.KeyVisitor;
import io.pika.node.store.ScanPage;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A slot for one part of a command over several slots: keys of other slots can be read in it. */
final class PartKeys implements KeySpace {
  /** Whether anybody hears of what happens to keys. */
  enum Telling {
    TOLD, UNTOLD
  }

  private final KeySpace keys;
  private final Map<Bytes, Entry> carried;
  private final Telling telling;

  PartKeys(KeySpace keys, Map<Bytes, Entry> carried, Telling telling) {
    this.keys = keys;
    this.carried = carried;
    this.telling = telling;
  }

  @Override
  public @Nullable Entry find(byte[] key) {
    Entry foreign = carried.isEmpty() ? null : carried.get(Bytes.of(key));
    return foreign == null ? keys.find(key) : foreign;
  }

  @Override
  public void announce(char type, String name, byte[] key) {
    if (telling == Telling.TOLD) {
      keys.announce(type, name, key);
    }
  }

  @Override
  public void publish(boolean toShard, byte[] channel, byte[] content) {
    keys.publish(toShard, channel, content);
  }

  @Override
  public int table() {
    return keys.table();
  }

  @Override
  public int slot() {
    return keys.slot();
  }

  @Override
  public Savepoint savepoint() {
    return keys.savepoint();
  }

  @Override
  public long nowMs() {
    return keys.nowMs();
  }

  @Override
  public void put(byte[] key, Entry entry) {
    keys.put(key, entry);
  }

  @Override
  public boolean delete(byte[] key) {
    return keys.delete(key);
  }

  @Override
  public void deleteEmptied(byte[] key) {
    keys.deleteEmptied(key);
  }

  @Override
  public void rename(byte[] from, byte[] to) {
    keys.rename(from, to);
  }

  @Override
  public long newCollection() {
    return keys.newCollection();
  }

  @Override
  public Elements elements(long collection) {
    return keys.elements(collection);
  }

  @Override
  public boolean expireAt(byte[] key, long atMs) {
    return keys.expireAt(key, atMs);
  }

  @Override
  public long keys() {
    return keys.keys();
  }

  @Override
  public ScanPage scan(byte @Nullable [] after, KeyFilter filter, int limit) {
    return keys.scan(after, filter, limit);
  }

  @Override
  public byte @Nullable [] walk(KeyRange range, int limit, KeyVisitor visitor) {
    return keys.walk(range, limit, visitor);
  }

  @Override
  public byte @Nullable [] randomKey(RandomGenerator random) {
    return keys.randomKey(random);
  }

  @Override
  public void clear() {
    keys.clear();
  }
}
