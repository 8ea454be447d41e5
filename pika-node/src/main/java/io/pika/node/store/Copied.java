package io.pika.node.store;

/**
 * That a slot's contents came from another node and not by records.
 *
 * @param whole false: the slot is in copy, and nothing of it counts
 * @param logPosition of this node's log when the copy began: what the log has of the slot up to there is of what was here before
 * @param index of the newest record that is in the copy: the log has those after it only
 */
public record Copied(boolean whole, long logPosition, long index) {
  public static final Copied NEVER = new Copied(true, 0, 0);

  Copied done(long newestIndex) {
    return new Copied(true, logPosition, newestIndex);
  }
}
