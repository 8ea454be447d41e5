package io.pika.node.type;

import io.pika.node.store.CollectionHead;
import io.pika.node.store.Elements;
import io.pika.node.store.Entry;
import io.pika.node.store.KeySpace;
import org.jspecify.annotations.Nullable;

/**
 * A key whose value is a collection, opened by one command: its head in memory, its elements where they are. Nothing of
 * the head is written before {@link #save}; elements are written at once. One open CollectionKey a key.
 */
final class CollectionKey {
  private static final byte[] NOTHING = {};

  private final KeySpace keys;
  private final byte[] key;
  private final byte type;
  private final long expireAtMs;
  private final long id;
  private final Elements elements;
  private long size;
  private byte[] own;

  private CollectionKey(KeySpace keys, byte[] key, byte type, long expireAtMs, CollectionHead head) {
    this.keys = keys;
    this.key = key;
    this.type = type;
    this.expireAtMs = expireAtMs;
    this.id = head.id();
    this.elements = keys.elements(head.id());
    this.size = head.size();
    this.own = head.own();
  }

  /** The collection of a live key; null: there is no such key. A key of another type is refused. */
  static @Nullable CollectionKey find(KeySpace keys, byte[] key, byte type) {
    Entry entry = keys.find(key);
    if (entry == null) {
      return null;
    }
    if (entry.type() != type) {
      throw Refusals.WRONG_TYPE;
    }
    return new CollectionKey(keys, key, type, entry.expireAtMs(), entry.head());
  }

  /** The collection of a live key, or an empty one that becomes a key when it is saved with elements. */
  static CollectionKey findOrMake(KeySpace keys, byte[] key, byte type) {
    CollectionKey found = find(keys, key, type);
    return found == null ? make(keys, key, type) : found;
  }

  /** An empty collection that takes the place of whatever the key has when it is saved. */
  static CollectionKey make(KeySpace keys, byte[] key, byte type) {
    return new CollectionKey(keys, key, type, 0, new CollectionHead(keys.newCollection(), 0, NOTHING));
  }

  /** Count of elements as the client counts them. */
  long size() {
    return size;
  }

  void grow(long by) {
    size += by;
  }

  Elements elements() {
    return elements;
  }

  /** What the type keeps in the head; empty in a new collection. */
  byte[] own() {
    return own;
  }

  void own(byte[] bytes) {
    own = bytes;
  }

  /** Writes the head. A collection without elements is no key: it goes, and its elements must have gone already. */
  void save() {
    if (size == 0) {
      keys.deleteEmptied(key);
    } else {
      saveEvenEmpty();
    }
  }

  /** Writes the head, also of a collection without elements, such as a stream may be. */
  void saveEvenEmpty() {
    keys.put(key, Entry.collection(type, new CollectionHead(id, size, own), expireAtMs));
  }
}
