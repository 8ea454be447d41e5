package io.pika.core.meta;

import io.pika.core.bytes.Bytes;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Compares and writes that happen at once; a key is written at most once. */
public record Transaction(List<Compare> compares, List<Write> writes) {
  public Transaction {
    compares = List.copyOf(compares);
    writes = List.copyOf(writes);
    if (compares.size() + writes.size() > MetadataStore.MAX_OPERATIONS) {
      throw new IllegalArgumentException(compares.size() + " compares and " + writes.size()
          + " writes in one transaction; the most is " + MetadataStore.MAX_OPERATIONS);
    }
    Set<Bytes> written = new HashSet<>();
    long bytes = 0;
    for (Write write : writes) {
      if (!written.add(write.key())) {
        throw new IllegalArgumentException("key " + write.key() + " is written twice in one transaction");
      }
      bytes += write.key().size() + (write instanceof Write.Put put ? put.value().size() : 0);
    }
    if (bytes > MetadataStore.MAX_TRANSACTION_BYTES) {
      throw new IllegalArgumentException(
          bytes + " bytes in one transaction; the most is " + MetadataStore.MAX_TRANSACTION_BYTES);
    }
  }
}
