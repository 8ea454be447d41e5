package io.pika.node.type;

import io.pika.node.store.ElementWalk;
import io.pika.node.store.Elements;

/**
 * The id before which nothing is pending. Entries are mostly acknowledged in their order, so that before the first one
 * lie many that were deleted; walks begin here instead of stepping over them. Changes are noted during a command and
 * followed by {@link #find} at its end: then it is the first pending entry's id.
 */
final class FirstPending {
  /** Nothing is pending, or only what has this very id. */
  static final StreamId NONE = StreamId.MAX;

  private StreamId id;
  private boolean removed;

  FirstPending(StreamId id) {
    this.id = id;
  }

  StreamId id() {
    return id;
  }

  /** Where to begin with what is wanted from an id on. */
  StreamId from(StreamId wanted) {
    return wanted.isAfter(id) ? wanted : id;
  }

  void added(StreamId added) {
    id = id.isAfter(added) ? added : id;
  }

  void removed(StreamId gone) {
    removed |= gone.equals(id);
  }

  /** Looks for the next one if the first was removed. @param range all that are pending, from the first */
  void find(Elements elements, StreamNames.Range range) {
    if (!removed) {
      return;
    }
    removed = false;
    try (ElementWalk walk = elements.walk(range.from(), range.to())) {
      id = walk.next() ? StreamNames.idOf(walk.name()) : NONE;
    }
  }
}
