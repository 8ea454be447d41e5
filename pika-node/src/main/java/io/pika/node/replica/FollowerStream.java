package io.pika.node.replica;

import io.pika.node.history.SlotPosition;
import io.pika.node.log.LogException;
import io.pika.node.log.LogSearch.Slot;
import io.pika.node.log.NodeLog;
import io.pika.node.replica.Message.Reason;
import io.pika.node.replica.Message.Refusal;
import io.pika.node.replica.Message.Wish;
import io.pika.node.store.Following;
import io.pika.node.store.Following.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The follower's side of one connection to a node that leads: which slots it follows there, and what becomes of what it is sent. One
 * thread, but for the counts.
 */
final class FollowerStream {
  private static final Logger LOG = LoggerFactory.getLogger(FollowerStream.class);
  private static final int WISHES_AT_ONCE = 1024;

  private final int leader;
  private final NodeLog log;
  private final Slots slots;
  private final Following.Fence fence;
  private final Copies copies;
  private final Consumer<Message> out;
  private final Map<Slot, Followed> followed = new HashMap<>();
  /**
   * End of what this node's log has of all that the leader has heard of. An acknowledgement says that this is safe: it speaks
   * for all messages before, and for what the slots had when they were asked for.
   */
  private long told;
  private volatile int needCopy;
  private volatile int following;
  private volatile long records;

  private enum State {
    FOLLOWS,
    /** Not led there yet, or the stream has lost its order: asked for again. */
    RETRY, NEEDS_COPY
  }

  private record Followed(long epoch, State state) {}

  /**
   * @param log of this node
   * @param out any thread may call it
   */
  FollowerStream(int leader, NodeLog log, Slots slots, Following.Fence fence, Copies copies,
      Consumer<Message> out) {
    this.leader = leader;
    this.log = log;
    this.slots = slots;
    this.fence = fence;
    this.copies = copies;
    this.out = out;
  }

  /** @param epochs of all slots that are to be followed there, as this node knows them */
  void want(Map<Slot, Long> epochs) {
    List<Slot> gone = followed.keySet().stream().filter(slot -> !epochs.containsKey(slot)).toList();
    if (!gone.isEmpty()) {
      gone.forEach(followed::remove);
      out.accept(new Message.Unsubscribe(gone));
    }
    Map<Slot, Long> fresh = new HashMap<>();
    epochs.forEach((slot, epoch) -> {
      Followed known = followed.get(slot);
      if (known == null || known.epoch != epoch) {
        fresh.put(slot, epoch);
      }
    });
    subscribe(fresh);
  }

  /** Asks again for what was refused and may not be now. To be called now and then. */
  void retry() {
    Map<Slot, Long> again = new HashMap<>();
    followed.forEach((slot, known) -> {
      if (known.state == State.RETRY) {
        again.put(slot, known.epoch);
      }
    });
    subscribe(again);
  }

  /** A slot has been made whole. */
  void copied(Slot slot) {
    Followed known = followed.get(slot);
    if (known != null && known.state == State.NEEDS_COPY) {
      subscribe(Map.of(slot, known.epoch));
    }
  }

  private void subscribe(Map<Slot, Long> epochs) {
    List<Wish> wishes = new ArrayList<>();
    epochs.forEach((slot, epoch) -> {
      if (!slots.isWhole(slot)) {
        needsCopy(slot, epoch, Reason.IN_COPY, 0);
        return;
      }
      SlotPosition here = slots.position(slot);
      told = Math.max(told, here.logEnd());
      followed.put(slot, new Followed(epoch, State.FOLLOWS));
      wishes.add(new Wish(slot, epoch, here.newest(), here.digest(), here.history()));
    });
    for (int from = 0; from < wishes.size(); from += WISHES_AT_ONCE) {
      out.accept(new Message.Subscribe(
          List.copyOf(wishes.subList(from, Math.min(wishes.size(), from + WISHES_AT_ONCE)))));
    }
    count();
  }

  /** @throws LogException this node's log or disk does not take it: the connection must be given up */
  void receive(Message message) throws LogException {
    switch (message) {
      case Message.Records part -> take(part);
      case Message.TurnDown turnDown -> turnDown.refusals().forEach(this::refused);
      case Message.Subscribe _,Message.Unsubscribe _,Message.Acknowledge _ ->
        throw new IllegalArgumentException("a leader said what only a follower says");
    }
    count();
  }

  private void refused(Refusal refusal) {
    Followed known = followed.get(refusal.slot());
    if (known == null || known.epoch != refusal.epoch() || known.state != State.FOLLOWS) {
      return;
    }
    if (refusal.reason() == Reason.NOT_LED) {
      followed.put(refusal.slot(), new Followed(known.epoch, State.RETRY));
    } else {
      needsCopy(refusal.slot(), known.epoch, refusal.reason(), refusal.common());
    }
  }

  private void needsCopy(Slot slot, long epoch, Reason reason, long common) {
    followed.put(slot, new Followed(epoch, State.NEEDS_COPY));
    copies.needed(new Copies.Need(slot, leader, epoch, reason, common));
  }

  private void take(Message.Records part) throws LogException {
    List<Following.End> ends = part.ends().stream().filter(this::isFollowed).toList();
    Following.Result result = slots.take(part.records(), ends, fence);
    List<Slot> left = new ArrayList<>();
    for (int i = 0; i < ends.size(); i++) {
      Outcome outcome = result.outcomes().get(i);
      if (outcome != Outcome.TAKEN) {
        left.add(ends.get(i).slot());
        notTaken(ends.get(i), outcome);
      }
    }
    records += ends.size() - left.size();
    if (!left.isEmpty()) {
      // Before the acknowledgement, which then says nothing of them.
      out.accept(new Message.Unsubscribe(left));
    }
    told = Math.max(told, result.position());
    log.whenSafe(told, failure -> {
      if (failure == null) {
        out.accept(new Message.Acknowledge(part.number()));
      }
    });
  }

  /** What is still on the way of a slot that was let go of meanwhile is nobody's. */
  private boolean isFollowed(Following.End end) {
    Followed known = followed.get(end.slot());
    return known != null && known.state == State.FOLLOWS && known.epoch == end.epoch();
  }

  private void notTaken(Following.End end, Outcome outcome) {
    switch (outcome) {
      case TAKEN -> throw new IllegalArgumentException("it was taken");
      case STALE -> followed.put(end.slot(), new Followed(end.epoch(), State.RETRY));
      case OUT_OF_ORDER -> {
        LOG.warn("Node {} sent records of table {} slot {} that do not follow each other; asking anew",
            leader,
            end.slot().table(), end.slot().slot());
        followed.put(end.slot(), new Followed(end.epoch(), State.RETRY));
      }
      case DIFFERENT -> needsCopy(end.slot(), end.epoch(), Reason.DIFFERENT, 0);
    }
  }

  private void count() {
    int copy = 0;
    int follows = 0;
    for (Followed each : followed.values()) {
      copy += each.state == State.NEEDS_COPY ? 1 : 0;
      follows += each.state == State.FOLLOWS ? 1 : 0;
    }
    needCopy = copy;
    following = follows;
  }

  /** Slots that are in this leader's stream. Any thread. */
  int following() {
    return following;
  }

  /** Slots that can only be copied. Any thread. */
  int needCopy() {
    return needCopy;
  }

  /** Parts of messages that were taken. Any thread. */
  long taken() {
    return records;
  }
}
