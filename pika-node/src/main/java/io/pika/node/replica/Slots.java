package io.pika.node.replica;

import io.pika.node.history.SlotPosition;
import io.pika.node.log.LogException;
import io.pika.node.log.LogSearch.Slot;
import io.pika.node.store.Following;
import java.nio.ByteBuffer;
import java.util.List;

/** The slots of this node, as replication sees them: what {@link Following} does for a store. Any thread. */
interface Slots {
  SlotPosition position(Slot slot);

  /** Whether it is not in the middle of a copy: then it can only be copied anew. */
  boolean isWhole(Slot slot);

  Following.Result take(ByteBuffer records, List<Following.End> ends, Following.Fence fence)
      throws LogException;

  static Slots of(Following following) {
    return new Slots() {
      @Override
      public SlotPosition position(Slot slot) {
        return following.position(slot);
      }

      @Override
      public boolean isWhole(Slot slot) {
        return following.isWhole(slot);
      }

      @Override
      public Following.Result take(ByteBuffer records, List<Following.End> ends, Following.Fence fence)
          throws LogException {
        if (!following.awaitRoom()) {
          throw new LogException(LogException.Kind.RETRY, "the disk does not keep up or is full");
        }
        return following.take(records, ends, fence);
      }
    };
  }
}
