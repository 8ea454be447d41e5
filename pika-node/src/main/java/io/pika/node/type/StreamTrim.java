package io.pika.node.type;

/**
 * How XTRIM and XADD shorten a stream from its beginning.
 *
 * @param effort how exactly, and how much at once
 */
public record StreamTrim(Bound bound, Effort effort) {
  /** Roughly is to whole hundreds, so many entries as Redis has in one node of its tree at most. */
  private static final long NODE_ENTRIES = 100;

  /** What may stay. */
  public sealed interface Bound {
    /** The newest, so many. */
    record Length(long most) implements Bound {}

    /** All from this id on. */
    record From(StreamId least) implements Bound {}
  }

  /** How exactly. */
  public sealed interface Effort {
    /** All that is beyond the bound, and nothing else. */
    record Exact() implements Effort {}

    /** Perhaps less, and no more than this at once; 0: without a limit. */
    record Rough(long limit) implements Effort {}
  }

  /** How many of the first entries go. */
  long count(OpenStream stream) {
    long length = stream.length();
    return switch (effort) {
      case Effort.Exact _ -> beyond(stream, length);
      case Effort.Rough(long limit) -> whole(beyond(stream, limit == 0 ? length : limit), length, limit);
    };
  }

  /** How many entries are beyond the bound; those beyond a least id are counted to {@code most} only. */
  private long beyond(OpenStream stream, long most) {
    return switch (bound) {
      case Bound.Length(long kept) -> Math.max(stream.length() - kept, 0);
      case Bound.From(StreamId least) -> stream.countBefore(least, most);
    };
  }

  private static long whole(long beyond, long length, long limit) {
    if (beyond == length && (limit == 0 || length <= limit)) {
      return length;
    }
    long most = limit == 0 ? beyond : Math.min(beyond, limit);
    return most - most % NODE_ENTRIES;
  }
}
