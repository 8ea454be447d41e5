package io.pika.core.meta;

import io.pika.core.bytes.Bytes;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;

/**
 * One leader at a time among candidates: each writes a key with its lease, the oldest key leads (the recipe of
 * etcd's concurrency package). Made of the store's own operations, so it is the same over every implementation and
 * outlives broken connections as they do.
 */
public final class Election {
  private final MetadataStore store;
  private final String prefix;

  /**
   * That a candidate leads.
   *
   * @param guard put it into every transaction: it fails once somebody else may lead
   */
  public record Leadership(Bytes key, Compare guard) {}

  /** @param name begins and ends with no slash; the candidates' keys are below it */
  public Election(MetadataStore store, String name) {
    this.store = store;
    this.prefix = name + "/";
  }

  /** Waits until this candidate leads. Entering again with the same lease goes on with the same key. */
  public Leadership campaign(Lease lease, Bytes candidate) throws InterruptedException {
    return campaign(lease, candidate, rival -> {});
  }

  /** @param rivals told who leads while this candidate waits, by what it has written as its name; on this thread */
  public Leadership campaign(Lease lease, Bytes candidate, Consumer<Bytes> rivals)
      throws InterruptedException {
    Bytes key = Bytes.of(prefix + String.format("%016x", lease.id()));
    store.commit(
        new Transaction(List.of(new Compare.Absent(key)),
            List.of(new Write.Put(key, candidate, lease.id()))));
    KeyRange candidates = KeyRange.prefix(Bytes.of(prefix));
    while (true) {
      RangeResult seen = store.range(candidates, 0);
      Entry own = seen.entries().stream().filter(entry -> entry.key().equals(key)).findFirst()
          .orElseThrow(() -> new MetadataException(MetadataException.Kind.LEASE_LOST,
              "the lease of this candidate ran out before it was elected"));
      Entry first = seen.entries().stream().min(Comparator.comparingLong(Entry::createRevision)).orElse(own);
      if (first.equals(own)) {
        return new Leadership(key, new Compare.CreateRevision(key, own.createRevision()));
      }
      rivals.accept(first.value());
      awaitChange(candidates, seen.revision() + 1);
    }
  }

  /** What the leader wrote as its name, when there is one. */
  public Optional<Bytes> leader() {
    return store.range(KeyRange.prefix(Bytes.of(prefix)), 0).entries().stream()
        .min(Comparator.comparingLong(Entry::createRevision)).map(Entry::value);
  }

  /** Steps down, or withdraws. */
  public void resign(Leadership leadership) {
    store.commit(new Transaction(List.of(leadership.guard()), List.of(new Write.Delete(leadership.key()))));
  }

  private void awaitChange(KeyRange candidates, long fromRevision) throws InterruptedException {
    Semaphore changed = new Semaphore(0);
    WatchListener listener = new WatchListener() {
      @Override
      public void changed(long revision, List<WatchEvent> events) {
        changed.release();
      }

      @Override
      public void failed(MetadataException failure) {
        changed.release();
      }
    };
    MetadataStore.Watch watch = store.watch(candidates, fromRevision, listener);
    try {
      changed.acquire();
    } finally {
      watch.close();
    }
  }
}
