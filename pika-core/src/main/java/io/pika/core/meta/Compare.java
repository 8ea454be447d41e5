package io.pika.core.meta;

import io.pika.core.bytes.Bytes;

/** What must hold for a transaction to write. */
public sealed interface Compare {
  Bytes key();

  record Absent(Bytes key) implements Compare {}

  record Exists(Bytes key) implements Compare {}

  record Version(Bytes key, long version) implements Compare {}

  record CreateRevision(Bytes key, long revision) implements Compare {}

  record ModRevision(Bytes key, long revision) implements Compare {}

  record Value(Bytes key, Bytes value) implements Compare {}
}
