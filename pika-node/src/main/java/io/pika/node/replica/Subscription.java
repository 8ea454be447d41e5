package io.pika.node.replica;

import io.pika.node.history.Digest;
import io.pika.node.history.SlotPosition;
import io.pika.node.log.LogSearch.Slot;
import io.pika.node.log.LogSearch;
import io.pika.node.log.RecordHeader;
import io.pika.node.store.Following.End;

/** How far a follower was sent the records of one slot. One thread. */
final class Subscription {
  final Slot slot;
  /** At which this node leads the slot. */
  final long epoch;
  private long next;
  private long digest;
  /** Where it shows whether the follower had the same as this node when it came. */
  private final SlotPosition check;

  /** What comes of a record of the slot. */
  enum Judgement {
    SENT,
    /** The follower has it, or it is none of the slot's any more since the slot was copied. */
    OLD,
    /** Made at a greater epoch: somebody leads the slot anew, maybe this node. */
    NEW_EPOCH,
    /** There are records between the last one and this that this node's log does not give. */
    HOLE,
    /** The follower's contents are not the ones that lead to the same records here. */
    DIFFERENT
  }

  /** @param here at the moment of the wish; the follower's history is a beginning of this one's */
  Subscription(Message.Wish wish, SlotPosition here) {
    this.slot = wish.slot();
    this.epoch = wish.epoch();
    this.next = wish.newest().index() + 1;
    this.digest = wish.digest();
    this.check = here;
  }

  long next() {
    return next;
  }

  boolean isDifferent() { return next - 1 == check.newest().index() && digest != check.digest(); }

  /** Whether the contents have been found to be the same. */
  boolean isChecked() {
    return next > check.newest().index();
  }

  LogSearch.Wanted wanted() {
    return new LogSearch.Wanted(next, check.logStart());
  }

  /** @param position of the log's end behind the record */
  Judgement judge(RecordHeader header, int checksum, long position) {
    if (header.position().index() < next || position <= check.logStart()) {
      return Judgement.OLD;
    }
    if (header.position().epoch() > epoch) {
      return Judgement.NEW_EPOCH;
    }
    if (header.position().index() > next) {
      return Judgement.HOLE;
    }
    next++;
    digest = Digest.after(digest, checksum);
    return isDifferent() ? Judgement.DIFFERENT : Judgement.SENT;
  }

  End end() {
    return new End(slot, epoch, digest);
  }
}
