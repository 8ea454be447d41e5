package io.pika.node.copy;

import io.pika.node.store.SlotImage;
import io.pika.node.store.SlotSummary;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Gives a slot's contents in chunks, in order; a chunk can be had again, by the key that it comes behind, as long as the source is
 * open. One thread, but for {@link #close}.
 */
public final class CopySource implements AutoCloseable {
  private final SlotImage image;
  private final int chunkBytes;
  private final Contents.Sum sum = new Contents.Sum();
  /** The greatest key that was given. */
  private byte @Nullable [] furthest;

  /** @param chunkBytes when a chunk is full; a single entry may have more */
  public CopySource(SlotImage image, int chunkBytes) {
    this.image = image;
    this.chunkBytes = chunkBytes;
  }

  /** Of what is copied. */
  public SlotSummary summary() {
    return image.summary();
  }

  /**
   * @param after a last key of a chunk that it has given; null: from the begin
   * @throws SlotImage.ClosedException it is closed: the copy has to begin anew
   */
  public Chunk next(byte @Nullable [] after) {
    if (after != null && isFurther(after)) {
      throw new IllegalArgumentException("nobody was given that key");
    }
    Chunk.Builder chunk = new Chunk.Builder();
    boolean last = image.read(after, (key, value) -> {
      chunk.add(key, value);
      if (isFurther(key)) {
        sum.add(key, value);
        furthest = key;
      }
      return chunk.size() < chunkBytes;
    });
    return chunk.build(last);
  }

  /** The greatest key that was given: what comes behind it is not known yet. Null: nothing was. */
  public byte @Nullable [] furthest() {
    return furthest;
  }

  private boolean isFurther(byte[] key) {
    return furthest == null || Arrays.compareUnsigned(key, furthest) > 0;
  }

  /** All that it has given: once the last chunk was, all there is. */
  public Contents given() {
    return sum.now();
  }

  @Override
  public void close() {
    image.close();
  }
}
