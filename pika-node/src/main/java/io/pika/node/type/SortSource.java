package io.pika.node.type;

import io.pika.node.store.ElementWalk;
import io.pika.node.store.Elements;
import io.pika.node.store.Entry;
import io.pika.node.store.KeySpace;
import io.pika.node.type.MemberRange.ByRank;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What SORT sorts: the elements of a list, a set or a sorted set, in the order that they have already. */
sealed interface SortSource {
  long size();

  /** Hands out all elements in their own order. */
  default void each(Consumer<byte[]> sink) {
    part(Direction.UP, 0, size(), sink);
  }

  /**
   * Hands out a part, in the order of the collection or the opposite one; that of a set has none.
   *
   * @param offset how many to pass over
   * @param count how many to hand out, above 0; with the offset not more than there are
   */
  void part(Direction direction, long offset, long count, Consumer<byte[]> sink);

  /** Null: there is no such key. One of another type is refused. */
  static @Nullable SortSource find(KeySpace keys, byte[] key) {
    Entry entry = keys.find(key);
    if (entry == null) {
      return null;
    }
    return switch (entry.type()) {
      case Entry.LIST -> new OfList(
          Objects.requireNonNull(OpenList.find(keys, key, ListSpacing.WIDE)));
      case Entry.SET -> new OfSet(Objects.requireNonNull(CollectionKey.find(keys, key, Entry.SET)));
      case Entry.ZSET -> new OfSortedSet(Objects.requireNonNull(SortedSet.find(keys, key)));
      default -> throw Refusals.WRONG_TYPE;
    };
  }

  record OfList(OpenList list) implements SortSource {
    @Override
    public long size() {
      return list.size();
    }

    @Override
    public void part(Direction direction, long offset, long count, Consumer<byte[]> sink) {
      ListEnd from = direction == Direction.UP ? ListEnd.LEFT : ListEnd.RIGHT;
      try (ElementWalk walk = list.walk(from, offset)) {
        for (long left = count; left > 0 && walk.next(); left--) {
          sink.accept(walk.value());
        }
      }
    }
  }

  record OfSet(CollectionKey set) implements SortSource {
    @Override
    public long size() {
      return set.size();
    }

    @Override
    public void part(Direction direction, long offset, long count, Consumer<byte[]> sink) {
      try (ElementWalk walk = set.elements().walk(Elements.FROM_START, null)) {
        for (long at = 0; at < offset + count && walk.next(); at++) {
          if (at >= offset) {
            sink.accept(MemberHash.member(walk.name()));
          }
        }
      }
    }
  }

  record OfSortedSet(SortedSet set) implements SortSource {
    @Override
    public long size() {
      return set.size();
    }

    @Override
    public void part(Direction direction, long offset, long count, Consumer<byte[]> sink) {
      set.each(new ByRank(offset, offset + count - 1), direction, Slice.WHOLE,
          (member, score) -> sink.accept(member));
    }
  }
}
