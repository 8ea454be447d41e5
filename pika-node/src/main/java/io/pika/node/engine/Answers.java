package io.pika.node.engine;

import io.pika.node.log.LogException;
import io.pika.node.store.Announcement;
import io.pika.node.store.Store;
import io.pika.proxy.protocol.Reply;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets out what batches came to when what they saw is safe: in this node's log, where the table asks for it at followers too, and
 * all the time under one lease. Until then nobody is told anything, not even of what was only read.
 */
final class Answers {
  private static final Logger LOG = LoggerFactory.getLogger(Answers.class);

  private final Store store;
  private final Leadership leadership;
  private final Followers followers;
  private volatile Consumer<Announcement> listener = announcement -> {};

  /** What a batch came to in one slot that followers must have. */
  private static final class Share {
    final long position;
    final List<Announcement> announcements = new ArrayList<>();
    final List<SlotTask> tasks = new ArrayList<>();
    final List<Reply> replies = new ArrayList<>();

    Share(long position) {
      this.position = position;
    }

    void add(SlotTask task, Reply reply) {
      tasks.add(task);
      replies.add(reply);
    }
  }

  Answers(Store store, Leadership leadership, Followers followers) {
    this.store = store;
    this.leadership = leadership;
    this.followers = followers;
  }

  void listen(Consumer<Announcement> told) {
    listener = told;
  }

  /** @param tasks those that were executed */
  void tell(List<SlotTask> tasks, Execution.Executed executed) {
    store.log().whenSafe(executed.position(), failure -> {
      if (failure == null && !executed.mustBeKept().isEmpty()) {
        tellByShares(tasks, executed);
        return;
      }
      Reply.Err unknown = failure == null ? null : SlotExecutor.misconf(failure);
      announce(executed.announcements(), failure);
      boolean led = leadership.holds(executed.lease());
      @Nullable Reply[] replies = executed.replies();
      for (int i = 0; i < replies.length; i++) {
        Reply reply = replies[i];
        if (reply != null && reply != Parking.PARKED) {
          answer(tasks.get(i), reply, unknown, led);
        }
      }
      executed.served().forEach(waiter -> answer(waiter.task, Parking.reply(waiter), unknown, led));
    });
  }

  /** What followers need not have is told at once, whoever shares a batch with it. */
  private void tellByShares(List<SlotTask> tasks, Execution.Executed executed) {
    Map<Slot, Share> shares = new HashMap<>();
    executed.mustBeKept().forEach((slot, position) -> shares.put(slot, new Share(position)));
    Share rest = new Share(0);
    for (Announcement each : executed.announcements()) {
      shares.getOrDefault(new Slot(each.table(), each.slot()), rest).announcements.add(each);
    }
    @Nullable Reply[] replies = executed.replies();
    for (int i = 0; i < replies.length; i++) {
      Reply reply = replies[i];
      if (reply != null && reply != Parking.PARKED) {
        Share share = executed.refusals().get(i) ? rest : shares.getOrDefault(Slot.of(tasks.get(i)), rest);
        share.add(tasks.get(i), reply);
      }
    }
    executed.served().forEach(
        waiter -> shares.getOrDefault(Slot.of(waiter.task), rest).add(waiter.task, Parking.reply(waiter)));
    settle(rest, executed.lease(), null);
    shares.forEach((slot, share) -> followers.whenKept(slot.table(), slot.slot(), slot.slot(), share.position,
        unknown -> settle(share, executed.lease(), unknown)));
  }

  private void settle(Share share, long lease, Reply.@Nullable Err unknown) {
    if (unknown == null) {
      announce(share.announcements, null);
    }
    boolean led = leadership.holds(lease);
    for (int i = 0; i < share.replies.size(); i++) {
      answer(share.tasks.get(i), share.replies.get(i), unknown, led);
    }
  }

  /** @param led false: the lease has run out since it ran; by now another node may have done other things */
  private void answer(SlotTask task, Reply reply, Reply.@Nullable Err unknown, boolean led) {
    Reply.Err instead = unknown != null || led || !leadership.needsLease(task.table(), task.slot())
        ? unknown
        : SlotExecutor.NO_LEASE;
    if (instead != null) {
      reply.release();
    }
    tellOne(task, instead == null ? reply : instead);
  }

  /** What was announced in one slot. */
  void announce(int table, int slot, List<Announcement> announcements, long position) {
    if (announcements.isEmpty()) {
      return;
    }
    store.log().whenSafe(position, failure -> {
      if (failure == null && followers.mustHave(table, slot, position)) {
        followers.whenKept(table, slot, slot, position, unknown -> {
          if (unknown == null) {
            announce(announcements, null);
          }
        });
      } else {
        announce(announcements, failure);
      }
    });
  }

  private void announce(List<Announcement> announcements, @Nullable LogException failure) {
    if (failure != null || announcements.isEmpty()) {
      return;
    }
    try {
      announcements.forEach(listener);
    } catch (RuntimeException | Error e) {
      LOG.error("What happened could not be told", e);
    }
  }

  /** The reply of a command over a part of a table, when all that it may have seen is safe. */
  void tell(RangeTask task, Reply reply, long lease) {
    long position = store.log().endPosition();
    store.log().whenSafe(position, failure -> {
      if (failure != null) {
        task.reply().done(SlotExecutor.misconf(failure));
      } else if (followers.areAsked()) {
        followers.whenKept(task.table(), task.from(), task.to(), position,
            unknown -> task.reply().done(unknown == null ? underLease(task, reply, lease) : unknown));
      } else {
        task.reply().done(underLease(task, reply, lease));
      }
    });
  }

  /** How many followers have all that there is now. */
  void count(RangeTask task, int atLeast, long timeoutMs) {
    long position = store.log().endPosition();
    store.log().whenSafe(position, failure -> {
      if (failure != null) {
        task.reply().done(SlotExecutor.misconf(failure));
      } else {
        followers.whenFollowed(task.table(), task.from(), task.to(), position, atLeast, timeoutMs,
            count -> task.reply().done(Reply.of(count)));
      }
    });
  }

  private Reply underLease(RangeTask task, Reply reply, long lease) {
    return leadership.holds(lease) || !leadership.needsLease(task.table(), task.from())
        ? reply
        : SlotExecutor.NO_LEASE;
  }

  /** One receiver that fails does not take the others' replies with it. */
  static void tellOne(SlotTask task, Reply reply) {
    try {
      task.reply().done(reply);
    } catch (RuntimeException | Error e) {
      LOG.error("The reply of {} could not be handed over", task.request(), e);
    }
  }
}
