package io.pika.node.copy;

import io.pika.node.store.SlotEntry;
import io.pika.node.store.SlotRebuild;
import io.pika.node.store.SlotSummary;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes a slot's contents from a {@link CopySource}. One thread. */
public final class CopyTarget {
  private final SlotRebuild rebuild;
  private final Contents.Sum sum = new Contents.Sum();
  private boolean complete;

  public CopyTarget(SlotRebuild rebuild) {
    this.rebuild = rebuild;
  }

  /** Behind which the next chunk is wanted, also after a connection was lost; null: from the begin. */
  public byte @Nullable [] after() {
    return rebuild.last();
  }

  /** So much was taken. */
  public Contents taken() {
    return sum.now();
  }

  /** Whether the last chunk was taken. */
  public boolean complete() {
    return complete;
  }

  public void take(Chunk chunk) throws CopyException {
    List<SlotEntry> entries = chunk.entries();
    if (complete) {
      throw new CopyException("a piece came behind the last one");
    }
    try {
      rebuild.write(entries);
    } catch (IllegalArgumentException e) {
      throw new CopyException(e);
    }
    entries.forEach(sum::add);
    complete = chunk.last();
  }

  /**
   * The slot is whole from now on.
   *
   * @param given by the source, all in all
   * @throws CopyException not all has arrived, or something else
   */
  public void finish(SlotSummary summary, Contents given) throws CopyException {
    if (!complete || !sum.now().equals(given)) {
      throw new CopyException("of " + given + " there is " + sum.now());
    }
    try {
      rebuild.finish(summary);
    } catch (IllegalArgumentException e) {
      throw new CopyException(e);
    }
  }
}
