package io.pika.core.meta;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** The changes of the newest revisions, for watches: a ring bounded by count and by bytes. Not thread-safe. */
final class History {
  private final Change[] ring;
  private final long maxBytes;
  private long bytes;
  /** Revision of the oldest change that is kept; one more than {@link #newest} when none is. */
  private long oldest;
  private long newest;

  /** Everything that one revision changed. */
  record Change(long revision, List<WatchEvent> events, long bytes) {}

  History(int changes, long maxBytes, long revision) {
    this.ring = new Change[changes];
    this.maxBytes = maxBytes;
    this.oldest = revision + 1;
    this.newest = revision;
  }

  void add(long revision, List<WatchEvent> events) {
    long size = 0;
    for (WatchEvent event : events) {
      size += 100L + event.key().size()
          + (event instanceof WatchEvent.Written written ? written.entry().value().size() : 0);
    }
    if (newest - oldest + 1 == ring.length) {
      forgetOldest();
    }
    ring[index(revision)] = new Change(revision, List.copyOf(events), size);
    newest = revision;
    bytes += size;
    while (bytes > maxBytes && oldest < newest) {
      forgetOldest();
    }
  }

  /** Null when the revision is no longer kept; ask only for revisions that have been. */
  @Nullable
  Change at(long revision) {
    return revision < oldest ? null : ring[index(revision)];
  }

  long oldest() {
    return oldest;
  }

  private void forgetOldest() {
    bytes -= ring[index(oldest)].bytes();
    oldest++;
  }

  private int index(long revision) {
    return (int) (revision % ring.length);
  }
}
