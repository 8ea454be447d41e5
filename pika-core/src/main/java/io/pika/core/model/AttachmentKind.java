package io.pika.core.model;

import java.util.Arrays;
import java.util.Optional;

/** What can be attached to a table, and how much of it: nodes and the manager keep all of it in memory. */
public enum AttachmentKind {
  /** Who may do what in the table; see {@link StoredUser}. */
  USER("user", 1000, 64 << 10, 4 << 20),
  /** Scripts that the table's clients call by name. Everything fits into one change. */
  LIBRARY("library", 48, 256 << 10, 768 << 10);

  private final String word;
  private final int maxCount;
  private final int maxBytes;
  private final int maxBytesInAll;

  AttachmentKind(String word, int maxCount, int maxBytes, int maxBytesInAll) {
    this.word = word;
    this.maxCount = maxCount;
    this.maxBytes = maxBytes;
    this.maxBytesInAll = maxBytesInAll;
  }

  /** On the wire and on disk. */
  public String word() {
    return word;
  }

  /** Of one table. */
  public int maxCount() {
    return maxCount;
  }

  /** Of one attachment's content. */
  public int maxBytes() {
    return maxBytes;
  }

  /** Of all contents of a table. */
  public int maxBytesInAll() {
    return maxBytesInAll;
  }

  /** Empty for a kind that only a newer version knows. */
  public static Optional<AttachmentKind> of(String word) {
    return Arrays.stream(values()).filter(kind -> kind.word.equals(word)).findFirst();
  }
}
