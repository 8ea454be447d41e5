package io.pika.node.event;

import io.pika.core.bytes.Bytes;
import io.pika.node.store.Elements;
import io.pika.node.store.Entry;
import io.pika.node.store.KeySpace;
import io.pika.node.store.WrappedKeySpace;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A slot for one command whose changes of keys are noted. */
final class ObservedKeySpace extends WrappedKeySpace {
  /** What happened to a key; which event that is depends on the command. */
  enum Change {
    /** It was not there before. */
    MADE,
    /** Its value or one of its elements was written. */
    WRITTEN,
    /** It was written together with an instant at which it goes. */
    WRITTEN_WITH_EXPIRY, EXPIRY_SET, EXPIRY_CLEARED, RENAMED_FROM, RENAMED_TO, DELETED
  }

  /** In the order of the first change of each. */
  private final Map<Bytes, Set<Change>> changes = new LinkedHashMap<>();
  private final Map<Long, Bytes> collections = new HashMap<>();

  ObservedKeySpace(KeySpace keys) {
    super(keys);
  }

  Map<Bytes, Set<Change>> changes() {
    return changes;
  }

  private Set<Change> of(Bytes key) {
    return changes.computeIfAbsent(key, any -> EnumSet.noneOf(Change.class));
  }

  private void note(byte[] key, Change change) {
    of(Bytes.of(key)).add(change);
  }

  @Override
  public @Nullable Entry find(byte[] key) {
    Entry entry = keys.find(key);
    noteCollection(key, entry);
    return entry;
  }

  private void noteCollection(byte[] key, @Nullable Entry entry) {
    if (entry != null && entry.type() != Entry.STRING) {
      collections.put(entry.head().id(), Bytes.of(key));
    }
  }

  @Override
  public void put(byte[] key, Entry entry) {
    if (keys.find(key) == null) {
      note(key, Change.MADE);
    }
    keys.put(key, entry);
    noteCollection(key, entry);
    // What was deleted to make room for it is replaced, not gone.
    of(Bytes.of(key)).remove(Change.DELETED);
    note(key, Change.WRITTEN);
    if (entry.expires()) {
      note(key, Change.WRITTEN_WITH_EXPIRY);
    }
  }

  @Override
  public boolean delete(byte[] key) {
    boolean deleted = keys.delete(key);
    if (deleted) {
      note(key, Change.DELETED);
    }
    return deleted;
  }

  @Override
  public void deleteEmptied(byte[] key) {
    if (keys.find(key) != null) {
      note(key, Change.DELETED);
    }
    keys.deleteEmptied(key);
  }

  @Override
  public void rename(byte[] from, byte[] to) {
    keys.rename(from, to);
    note(from, Change.RENAMED_FROM);
    note(to, Change.RENAMED_TO);
  }

  @Override
  public Elements elements(long collection) {
    return new ObservedElements(keys.elements(collection), () -> {
      Bytes key = collections.get(collection);
      if (key != null) {
        of(key).add(Change.WRITTEN);
      }
    });
  }

  @Override
  public boolean expireAt(byte[] key, long atMs) {
    Entry before = keys.find(key);
    boolean there = keys.expireAt(key, atMs);
    if (before != null && there) {
      if (atMs == 0 && before.expires()) {
        note(key, Change.EXPIRY_CLEARED);
      } else if (atMs != 0) {
        note(key, atMs <= nowMs() ? Change.DELETED : Change.EXPIRY_SET);
      }
    }
    return there;
  }
}
