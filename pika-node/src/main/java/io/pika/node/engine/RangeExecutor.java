package io.pika.node.engine;

import io.pika.node.engine.SlotExecutor.NotLedException;
import io.pika.node.store.KeyFilter;
import io.pika.node.store.KeyRange;
import io.pika.node.store.ScanPage;
import io.pika.node.store.SlotWalk;
import io.pika.node.store.StoreException;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.routing.RouterOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What commands over a whole table do with the slots that are led here: slot by slot and page by page, so that no
 * lock is held for long. Blocks: call it on a bounded pool. The reply comes when what was seen is safe.
 */
public final class RangeExecutor {
  private static final Logger LOG = LoggerFactory.getLogger(RangeExecutor.class);
  /** Keys that are looked at under one hold of a slot's lock. */
  private static final int PAGE_KEYS = 1000;
  /** Slots that one SCAN looks into at most; those without keys are not counted by COUNT. */
  private static final int SCAN_SLOTS = 1024;
  /** Keys that one SCAN looks at, whatever COUNT says: it is a hint, and the reply is held in memory. */
  private static final int SCAN_KEYS = 100_000;

  /** Memory of a key in a reply beside its bytes, about. */
  private static final int KEY_BYTES = 64;

  private static final Reply.Err TOO_MANY = Reply
      .error("TRYAGAIN this node has too many compactions to do already");

  private final SlotExecutor executor;
  private final long maxReplyBytes;
  private final ScanTokens tokens = new ScanTokens();

  /** @param maxReplyBytes of keys that {@link #keys} collects; more are refused */
  public RangeExecutor(SlotExecutor executor, long maxReplyBytes) {
    this.executor = executor;
    this.maxReplyBytes = maxReplyBytes;
  }

  /** Replies with the count of keys. */
  public void count(RangeTask task) {
    answer(task, () -> Reply.of(executor.store().keys(task.table(), task.from(), task.to())));
  }

  /** Replies with all live keys that the filter accepts. */
  public void keys(RangeTask task, KeyFilter filter) {
    answer(task, () -> {
      List<Reply> found = new ArrayList<>();
      long bytes = 0;
      try (SlotWalk walk = walk(task, task.from())) {
        for (int slot = walk.next(); slot >= 0; slot = walk.next()) {
          byte[] after = null;
          do {
            ScanPage page = page(task, slot, after, filter, PAGE_KEYS);
            for (byte[] key : page.keys()) {
              found.add(Reply.bulk(key));
              bytes += key.length + KEY_BYTES;
            }
            if (bytes > maxReplyBytes) {
              return RouterOptions.replyTooLong(maxReplyBytes);
            }
            after = page.last();
          } while (after != null);
        }
      }
      return Reply.array(found);
    });
  }

  /** Replies with the first keys of a range, see {@link OrderedPage#reply}. */
  public void ordered(RangeTask task, OrderedQuery query) {
    answer(task, () -> new OrderedScan(executor, task, query).run());
  }

  /** Replies with numbers of slots and their counts of keys, in turn; slots without keys are left out. */
  public void countBySlot(RangeTask task, int from, int to) {
    answer(task, () -> {
      List<Reply> counts = new ArrayList<>();
      try (SlotWalk walk = executor.store().walk(task.table(), Math.max(from, task.from()),
          Math.min(to, task.to()))) {
        for (int slot = walk.next(); slot >= 0; slot = walk.next()) {
          long keys = executor.store().keys(task.table(), slot, slot);
          if (keys > 0) {
            counts.add(Reply.of(slot));
            counts.add(Reply.of(keys));
          }
        }
      }
      return Reply.array(counts);
    });
  }

  /** Has the files compacted, some time after the reply. */
  public void compact(RangeTask task) {
    answer(task,
        () -> executor.store().compact(task.table(), task.from(), task.to()) ? Reply.OK : TOO_MANY);
  }

  /** Replies with the counts of live keys of each type, and of those of them that will expire, in turn. */
  public void countByType(RangeTask task) {
    answer(task, () -> {
      TypeCounts counts = new TypeCounts();
      KeyRange all = new KeyRange(new byte[0], null, KeyRange.Order.UP);
      try (SlotWalk walk = walk(task, task.from())) {
        for (int slot = walk.next(); slot >= 0; slot = walk.next()) {
          KeyRange rest = all;
          for (byte[] next = count(task, slot, rest, counts); next != null; next = count(task, slot, rest,
              counts)) {
            rest = all.from(next);
          }
        }
      }
      return counts.reply();
    });
  }

  private byte @Nullable [] count(RangeTask task, int slot, KeyRange range, TypeCounts counts) {
    byte @Nullable [][] next = new byte @Nullable [1][];
    executor.inSlot(task.table(), slot, task.epoch(), (batch, keys) -> {
      next[0] = keys.walk(range, PAGE_KEYS, counts::take);
      return true;
    });
    return next[0];
  }

  /** Deletes the live keys that the filter accepts, page by page; replies with their count. */
  public void delete(RangeTask task, KeyFilter filter) {
    answer(task, () -> {
      long deleted = 0;
      try (SlotWalk walk = walk(task, task.from())) {
        for (int slot = walk.next(); slot >= 0; slot = walk.next()) {
          byte[] after = null;
          do {
            Reply.Err noWrites = executor.whyNoWrites();
            if (noWrites != null) {
              return noWrites;
            }
            ScanPage page = deletePage(task, slot, after, filter);
            deleted += page.keys().size();
            after = page.last();
          } while (after != null);
        }
      }
      return Reply.of(deleted);
    });
  }

  private ScanPage deletePage(RangeTask task, int slot, byte @Nullable [] after, KeyFilter filter) {
    return executor.inSlot(task.table(), slot, task.epoch(), (batch, keys) -> {
      ScanPage page = keys.scan(after, filter, PAGE_KEYS);
      for (byte[] key : page.keys()) {
        keys.delete(key);
        keys.announce('g', "del", key);
      }
      return page;
    });
  }

  /** Deletes all keys. */
  public void flush(RangeTask task) {
    answer(task, () -> {
      Reply.Err noWrites = executor.whyNoWrites();
      if (noWrites != null) {
        return noWrites;
      }
      try (SlotWalk walk = walk(task, task.from())) {
        for (int slot = walk.next(); slot >= 0; slot = walk.next()) {
          executor.inSlot(task.table(), slot, task.epoch(), (batch, keys) -> {
            keys.clear();
            return true;
          });
        }
      }
      return Reply.OK;
    });
  }

  /** Replies with some live key, or nil. */
  public void randomKey(RangeTask task, RandomGenerator random) {
    answer(task, () -> {
      int start = random.nextInt(task.from(), task.to() + 1);
      byte[] key = firstRandomKey(task, start, task.to(), random);
      return Reply.bulkOrNil(key == null ? firstRandomKey(task, task.from(), start - 1, random) : key);
    });
  }

  private byte @Nullable [] firstRandomKey(RangeTask task, int from, int to, RandomGenerator random) {
    try (SlotWalk walk = executor.store().walk(task.table(), from, to)) {
      for (int slot = walk.next(); slot >= 0; slot = walk.next()) {
        byte[][] key = new byte[1][];
        executor.inSlot(task.table(), slot, task.epoch(), (batch, keys) -> {
          key[0] = keys.randomKey(random);
          return true;
        });
        if (key[0] != null) {
          return key[0];
        }
      }
    }
    return null;
  }

  /**
   * Replies with a cursor and keys. A cursor that names none of these slots, 0 too, begins at the first one; the
   * cursor in the reply is 0 when the last slot has been walked to its end.
   *
   * @param count how many keys to look at, about
   */
  public void scan(RangeTask task, long cursor, long count, KeyFilter filter) {
    answer(task, () -> {
      List<Reply> found = new ArrayList<>();
      long next = scan(task, cursor, count, filter, found);
      return Reply.array(Reply.bulk(Long.toUnsignedString(next)), Reply.array(found));
    });
  }

  private long scan(RangeTask task, long cursor, long count, KeyFilter filter, List<Reply> found) {
    int named = ScanTokens.slot(cursor);
    boolean inside = cursor > 0 && named >= task.from() && named <= task.to();
    int first = inside ? named : task.from();
    byte[] after = inside ? resume(task, cursor) : null;
    long left = Math.min(count, SCAN_KEYS);
    int slots = 0;
    try (SlotWalk walk = walk(task, first)) {
      for (int slot = walk.next(); slot >= 0; slot = walk.next()) {
        if (left <= 0 || slots++ == SCAN_SLOTS) {
          return ScanTokens.cursor(slot, 0);
        }
        after = slot == first ? after : null;
        do {
          ScanPage page = page(task, slot, after, filter, (int) Math.min(left, PAGE_KEYS));
          page.keys().forEach(key -> found.add(Reply.bulk(key)));
          left -= page.looked();
          after = page.last();
        } while (after != null && left > 0);
        if (after != null) {
          return tokens.remember(task.table(), slot, after);
        }
      }
    }
    return 0;
  }

  /** The key that a cursor stands behind; null: the begin of its slot. */
  private byte @Nullable [] resume(RangeTask task, long cursor) {
    long token = ScanTokens.token(cursor);
    byte[] known = token == 0 ? null : tokens.key(task.table(), cursor);
    if (token == 0 || known != null) {
      return known;
    }
    byte[][] match = new byte[1][];
    KeyFilter search = (key, type) -> {
      if (match[0] == null && ScanTokens.tokenOf(key) == token) {
        match[0] = key;
      }
      return false;
    };
    byte[] after = null;
    do {
      after = page(task, ScanTokens.slot(cursor), after, search, PAGE_KEYS).last();
    } while (after != null && match[0] == null);
    return match[0];
  }

  private ScanPage page(RangeTask task, int slot, byte @Nullable [] after, KeyFilter filter, int limit) {
    return executor.inSlot(task.table(), slot, task.epoch(),
        (batch, keys) -> keys.scan(after, filter, limit));
  }

  private SlotWalk walk(RangeTask task, int from) {
    return executor.store().walk(task.table(), from, task.to());
  }

  /** Answers how many followers have all that there is now, as soon as there are so many, or all, or the time is up. */
  public void whenFollowed(RangeTask task, int followers, long timeoutMs) {
    try {
      requireLed(task);
    } catch (NotLedException e) {
      task.reply().refused(e.verdict());
      return;
    }
    executor.answers().count(task, followers, timeoutMs);
  }

  private void answer(RangeTask task, Supplier<Reply> work) {
    Reply reply;
    long lease = executor.leadership().lease();
    try {
      requireLed(task);
      reply = work.get();
      requireLed(task);
    } catch (NotLedException e) {
      task.reply().refused(e.verdict());
      return;
    } catch (RefusalException e) {
      task.reply().done(e.reply());
      return;
    } catch (StoreException e) {
      LOG.error("A command over a whole table could not read the disk", e);
      reply = SlotExecutor.UNREADABLE;
    } catch (RuntimeException e) {
      LOG.error("A command over a whole table failed: a bug", e);
      reply = SlotExecutor.INTERNAL;
    }
    executor.answers().tell(task, reply, lease);
  }

  /** Slots without data are not looked into, but their leader must be right too. */
  private void requireLed(RangeTask task) {
    for (int slot : new int[]{task.from(), task.to()}) {
      Verdict verdict = executor.leadership().check(task.table(), slot, task.epoch());
      if (verdict != Verdict.LEADS) {
        throw new NotLedException(verdict);
      }
    }
  }
}
