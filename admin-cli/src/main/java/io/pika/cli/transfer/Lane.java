package io.pika.cli.transfer;

import io.pika.cli.redis.RedisAddress;
import io.pika.cli.redis.RedisConnection;
import io.pika.cli.redis.RedisReply;
import io.pika.cli.redis.RedisReply.Err;
import io.pika.cli.redis.RedisReply.Int;
import io.pika.cli.redis.RedisReply.Items;
import io.pika.cli.redis.RedisReply.Nil;
import io.pika.cli.redis.RedisTrouble;
import io.pika.cli.transfer.Step.Role;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One connection to the table, and what goes over it: a batch at a time, in order. While the table is away, or says that
 * it cannot just now, what was not answered is tried again; every step is such that it may be done twice, or that one can
 * tell whether it was done. For one thread.
 */
final class Lane implements AutoCloseable {
  private static final Duration REPLY = Duration.ofSeconds(60);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  /** Errors that pass by themselves. */
  private static final Set<String> PASSING = Set.of("LOADING", "TRYAGAIN", "CLUSTERDOWN", "MASTERDOWN",
      "IOERR",
      "MISCONF", "READONLY", "BUSY");
  private static final byte[] MULTI = word("MULTI");
  private static final byte[] EXEC = word("EXEC");
  private static final byte[] LLEN = word("LLEN");
  private static final byte[] UNLINK = word("UNLINK");

  private final RedisAddress table;
  private final Tally tally;
  private final LogLane log;
  private @Nullable RedisConnection connection;
  /** Of which a piece was refused: the rest of it is left out. */
  private @Nullable TargetKey failed;

  Lane(RedisAddress table, Tally tally) {
    this.table = table;
    this.tally = tally;
    this.log = new LogLane(tally);
  }

  /** Returns when everything in the batch was answered. */
  void deliver(Batch batch) throws IOException, InterruptedException {
    List<Step> left = new ArrayList<>(batch.steps());
    left.removeIf(step -> step.key() == failed);
    Patience patience = new Patience(PATIENCE);
    for (boolean again = false; !left.isEmpty(); again = true) {
      IOException trouble = attempt(left, again);
      if (trouble != null) {
        patience.pause(trouble);
      }
    }
  }

  /** Takes out what is done; null: that is everything. */
  private @Nullable IOException attempt(List<Step> left, boolean again) throws IOException {
    try {
      RedisConnection open = connected();
      if (again) {
        removeDone(open, left);
      }
      for (Step step : left) {
        send(open, step);
      }
      open.flush();
      return readAll(open, left, again);
    } catch (RedisTrouble refused) {
      close();
      if (isPassing(refused.getMessage())) {
        return refused;
      }
      throw refused;
    } catch (IOException lost) {
      close();
      return lost;
    }
  }

  private @Nullable IOException readAll(RedisConnection open, List<Step> left, boolean again)
      throws IOException {
    IOException passing = null;
    List<Step> refused = new ArrayList<>();
    for (Iterator<Step> each = left.iterator(); each.hasNext();) {
      Step step = each.next();
      if (step.role() == Role.COMMANDS || step.role() == Role.ALONE) {
        passing = log.read(open, step);
        if (passing == null) {
          each.remove();
        }
        continue;
      }
      RedisReply reply = outcome(open, step);
      if (reply instanceof Err(String text) && isPassing(text)) {
        passing = new RedisTrouble("the table says: " + text);
      } else {
        each.remove();
        if (!judge(step, reply, again)) {
          refused.add(step);
        }
      }
    }
    for (Step step : refused) {
      forget(open, step.key());
    }
    return passing;
  }

  /** False: the key is not to be kept. */
  private boolean judge(Step step, RedisReply reply, boolean again) throws RedisTrouble {
    if (reply instanceof Err(String text)) {
      if (step.role() == Role.WHOLE && text.startsWith("BUSYKEY")) {
        tally.existing();
        return true;
      }
      if (again && meansDone(step.role(), text) || hasExpired(step, text)) {
        return true;
      }
      failed = step.key();
      tally.failed(step.key().name(), text);
      return false;
    }
    boolean existed = step.role() == Role.WHOLE && reply instanceof Nil
        || step.role() == Role.LAST && reply instanceof Int(long moved) && moved == 0;
    if (existed) {
      tally.existing();
      return step.role() == Role.WHOLE;
    }
    if (step.role() == Role.WHOLE || step.role() == Role.LAST) {
      tally.written(step.key().kind());
    }
    return true;
  }

  /** Its time came while it was written. */
  private static boolean hasExpired(Step step, String text) {
    long expireAtMs = step.key().expireAtMs();
    return step.role() == Role.LAST && text.contains("no such key") && expireAtMs != 0
        && expireAtMs <= System.currentTimeMillis();
  }

  /** What a second try of something done is told. */
  private static boolean meansDone(Role role, String text) {
    return switch (role) {
      case LAST -> text.contains("no such key");
      case PIECE -> text.contains("equal or smaller") || text.startsWith("BUSYGROUP");
      case WHOLE, LIST_PIECE, COMMANDS, ALONE -> false;
    };
  }

  private void removeDone(RedisConnection open, List<Step> left) throws IOException {
    for (Iterator<Step> each = left.iterator(); each.hasNext();) {
      Step step = each.next();
      boolean done = switch (step.role()) {
        case LIST_PIECE -> open.call(LLEN, step.key().writtenTo()).number() != step.before();
        case COMMANDS, ALONE -> log.isDone(open, step);
        case WHOLE, PIECE, LAST -> false;
      };
      if (done) {
        each.remove();
      }
    }
  }

  private static void send(RedisConnection open, Step step) throws IOException {
    if (step.role() == Role.COMMANDS || step.role() == Role.ALONE) {
      LogLane.send(open, step);
      return;
    }
    if (step.isTransaction()) {
      open.send(MULTI);
    }
    for (byte[][] command : step.commands()) {
      open.send(command);
    }
    if (step.isTransaction()) {
      open.send(EXEC);
    }
  }

  /** The step's reply; of several commands the first error, or the last reply. */
  private static RedisReply outcome(RedisConnection open, Step step) throws IOException {
    if (!step.isTransaction()) {
      return open.read();
    }
    RedisReply bad = null;
    for (int i = 0; i <= step.commands().size(); i++) {
      RedisReply queued = open.read();
      bad = bad == null && queued.isError() ? queued : bad;
    }
    RedisReply done = open.read();
    if (done instanceof Items(List<RedisReply> replies)) {
      return replies.stream().filter(RedisReply::isError).findFirst().orElse(replies.getLast());
    }
    return bad == null ? done : bad;
  }

  /** What was written of a key that cannot be written as a whole. */
  private static void forget(RedisConnection open, TargetKey key) throws IOException {
    if (key.writtenTo() != key.name()) {
      open.call(UNLINK, key.writtenTo());
    }
  }

  private RedisConnection connected() throws IOException {
    RedisConnection open = connection;
    if (open == null) {
      open = RedisConnection.open(table, REPLY);
      connection = open;
    }
    return open;
  }

  static boolean isPassing(@Nullable String error) {
    return error != null && PASSING.contains(error.split(" ", 2)[0]);
  }

  private static byte[] word(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Override
  public void close() {
    if (connection != null) {
      connection.close();
      connection = null;
    }
  }
}
