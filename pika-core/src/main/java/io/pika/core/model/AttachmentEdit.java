package io.pika.core.model;

import io.pika.core.bytes.Bytes;
import org.jspecify.annotations.Nullable;

/**
 * What becomes of one attachment. Doing it twice is doing it once.
 *
 * @param content null: it goes
 */
public record AttachmentEdit(String name, @Nullable Bytes content) {
  /** The most in one change: what one transaction of the metadata store takes. */
  public static final int MAX_EDITS = 96;

  public static AttachmentEdit put(String name, Bytes content) {
    return new AttachmentEdit(name, content);
  }

  public static AttachmentEdit remove(String name) {
    return new AttachmentEdit(name, null);
  }
}
