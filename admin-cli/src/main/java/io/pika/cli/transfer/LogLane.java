package io.pika.cli.transfer;

import io.pika.cli.redis.RedisConnection;
import io.pika.cli.redis.RedisReply;
import io.pika.cli.redis.RedisReply.Err;
import io.pika.cli.redis.RedisReply.Items;
import io.pika.cli.redis.RedisTrouble;
import io.pika.cli.transfer.Step.Role;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * How commands of a log go over a connection. What the table refuses is left out and counted; of a transaction the rest is
 * tried again without it.
 */
final class LogLane {
  private static final byte[] MULTI = ascii("MULTI");
  private static final byte[] EXEC = ascii("EXEC");
  private static final byte[] SET = ascii("SET");
  private static final byte[] GET = ascii("GET");

  private final Tally tally;

  LogLane(Tally tally) {
    this.tally = tally;
  }

  static void send(RedisConnection open, Step step) throws IOException {
    if (step.role() == Role.ALONE) {
      open.send(step.commands().getFirst());
      open.send(SET, step.key().name(), step.key().writtenTo());
      return;
    }
    open.send(MULTI);
    for (byte[][] command : step.commands()) {
      open.send(command);
    }
    open.send(SET, step.key().name(), step.key().writtenTo());
    open.send(EXEC);
  }

  boolean isDone(RedisConnection open, Step step) throws IOException {
    return Marks.isDone(open.call(GET, step.key().name()), step);
  }

  /** Null: it is done; else it is to be tried again. */
  @Nullable
  IOException read(RedisConnection open, Step step) throws IOException {
    return step.role() == Role.ALONE ? readAlone(open, step) : readTransaction(open, step);
  }

  private @Nullable IOException readAlone(RedisConnection open, Step step) throws IOException {
    RedisReply reply = open.read();
    RedisReply marked = open.read();
    if (reply instanceof Err(String text)) {
      if (Lane.isPassing(text)) {
        return new RedisTrouble("the table says: " + text);
      }
      tally.refused(name(step.commands().getFirst()), text);
      return null;
    }
    if (marked instanceof Err(String text)) {
      return new RedisTrouble("the table says: " + text);
    }
    tally.commands(1);
    return null;
  }

  private @Nullable IOException readTransaction(RedisConnection open, Step step) throws IOException {
    IOException passing = null;
    open.read();
    for (Iterator<byte[][]> each = step.commands().iterator(); each.hasNext();) {
      byte[][] command = each.next();
      if (open.read() instanceof Err(String text)) {
        if (Lane.isPassing(text)) {
          passing = new RedisTrouble("the table says: " + text);
        } else {
          tally.refused(name(command), text);
          each.remove();
        }
      }
    }
    open.read();
    RedisReply done = open.read();
    if (!(done instanceof Items(List<RedisReply> replies))) {
      return passing == null ? new RedisTrouble("the table says: " + done.text()) : passing;
    }
    int refusals = 0;
    for (int i = 0; i < step.commands().size(); i++) {
      if (replies.get(i) instanceof Err(String text)) {
        tally.refused(name(step.commands().get(i)), text);
        refusals++;
      }
    }
    tally.commands(step.commands().size() - refusals);
    return null;
  }

  private static String name(byte[][] command) {
    return new String(command[0], StandardCharsets.ISO_8859_1).toUpperCase(Locale.ROOT);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
