package io.pika.node.store;

import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Another slot's everything, for those who see or show some of it differently. */
public abstract class WrappedKeySpace implements KeySpace {
  protected final KeySpace keys;

  protected WrappedKeySpace(KeySpace keys) {
    this.keys = keys;
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
  public @Nullable Entry find(byte[] key) {
    return keys.find(key);
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

  @Override
  public void announce(char type, String name, byte[] key) {
    keys.announce(type, name, key);
  }

  @Override
  public void publish(boolean toShard, byte[] channel, byte[] content) {
    keys.publish(toShard, channel, content);
  }
}
