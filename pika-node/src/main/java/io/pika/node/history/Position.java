package io.pika.node.history;

/**
 * A record's place in its slot, comparable on every node: who has the greater one has more that counts.
 *
 * @param epoch of the record; 0: there is none
 * @param index from 1, one more with each record of the slot, over all epochs
 */
public record Position(long epoch, long index) implements Comparable<Position> {
  public static final Position NONE = new Position(0, 0);

  @Override
  public int compareTo(Position other) {
    int byEpoch = Long.compare(epoch, other.epoch);
    return byEpoch != 0 ? byEpoch : Long.compare(index, other.index);
  }

  @Override
  public String toString() {
    return epoch + ":" + index;
  }
}
