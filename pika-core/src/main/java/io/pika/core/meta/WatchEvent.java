package io.pika.core.meta;

import io.pika.core.bytes.Bytes;

/** One change that a watch shows. */
public sealed interface WatchEvent {
  Bytes key();

  record Written(Entry entry) implements WatchEvent {
    @Override
    public Bytes key() {
      return entry.key();
    }
  }

  record Deleted(Bytes key, long modRevision) implements WatchEvent {}
}
