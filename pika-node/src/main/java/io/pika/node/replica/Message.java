package io.pika.node.replica;

import io.pika.node.history.History;
import io.pika.node.history.Position;
import io.pika.node.log.LogSearch.Slot;
import io.pika.node.store.Following;
import java.nio.ByteBuffer;
import java.util.List;

/** What a follower and a leading node say to each other. */
sealed interface Message {

  /** From the follower. */
  record Subscribe(List<Wish> wishes) implements Message {}

  /**
   * A slot whose records are wanted.
   *
   * @param epoch at which the follower knows the other node to lead it
   * @param newest record that the follower has
   * @param digest over all records up to there
   */
  record Wish(Slot slot, long epoch, Position newest, long digest, History history) {}

  /**
   * From the follower. What is acknowledged after it says nothing of these slots: it is sent before the acknowledgement of a
   * message of which it did not take them.
   */
  record Unsubscribe(List<Slot> slots) implements Message {}

  /** From the follower: it has this message's records in its log, and those of all before it. */
  record Acknowledge(long number) implements Message {}

  /** From the leader: no records will come, or no more. */
  record TurnDown(List<Refusal> refusals) implements Message {}

  /** @param common index up to which both have the same records, where they have diverged */
  record Refusal(Slot slot, long epoch, Reason reason, long common) {}

  enum Reason {
    /** Not led there at that epoch, or not yet, or no more. */
    NOT_LED(1),
    /** The follower has records that the leader has not. */
    DIVERGED(2),
    /** The leader's log does not reach back to what the follower needs. */
    LOG_TOO_SHORT(3),
    /** The same position, and different contents. */
    DIFFERENT(4),
    /** Found by the follower itself: it was being copied, and that has not come to its end. */
    IN_COPY(5);

    private static final Reason[] ALL = values();
    final int code;

    Reason(int code) {
      this.code = code;
    }

    static Reason of(int code) {
      for (Reason reason : ALL) {
        if (reason.code == code) {
          return reason;
        }
      }
      throw new IllegalArgumentException("a refusal has the unknown reason " + code);
    }
  }

  /**
   * From the leader.
   *
   * @param number one more with each
   * @param records as its log has them, of several slots; what has no end here is to be left out
   */
  record Records(long number, ByteBuffer records, List<Following.End> ends) implements Message {}
}
