package io.pika.cli.transfer;

import io.pika.cli.redis.RedisAddress;
import io.pika.cli.redis.RedisConnection;
import io.pika.cli.redis.RedisReply;
import io.pika.proxy.rdb.RdbType.Kind;
import io.pika.proxy.routing.SlotHash;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;

/**
 * Keys of our own in the table, one in each slot, that say up to which offset of a log the slot's commands are done. They
 * are written in the same transaction as the commands, and go away when an import is complete.
 *
 * <pre>pika:import:{tag}:mark = run SPACE offset</pre>
 */
public final class Marks {
  private static final String PREFIX = "pika:import:";
  private static final String SUFFIX = ":mark";
  private static final Duration REPLY = Duration.ofSeconds(30);
  private static final int SLOTS_MAX = 16384;
  private static final long NONE = -1;

  private final RedisAddress table;
  private final String run;
  private final byte[][] names;
  private final long[] done;

  private Marks(RedisAddress table, String run, int slots) {
    this.table = table;
    this.run = run;
    this.names = names(slots);
    this.done = new long[slots];
    Arrays.fill(done, NONE);
  }

  /** What earlier starts of this import have done. */
  public static Marks load(RedisAddress table, String run) throws IOException {
    try (RedisConnection connection = RedisConnection.open(table, REPLY)) {
      Marks marks = new Marks(table, run, slots(connection));
      for (byte[] name : marks.names) {
        connection.send(ascii("GET"), name);
      }
      connection.flush();
      for (int slot = 0; slot < marks.names.length; slot++) {
        marks.done[slot] = offset(connection.read(), run);
      }
      return marks;
    }
  }

  int slots() {
    return names.length;
  }

  /** Up to which offset a slot was done when this import was started; what comes later is not in here. */
  long done(int slot) {
    return done[slot];
  }

  /** All marks are gone from the table. */
  void forget() {
    Arrays.fill(done, NONE);
  }

  /** The mark, to be set together with what is done up to an offset. */
  TargetKey key(int slot, long after) {
    return new TargetKey(names[slot], ascii(run + " " + after), Kind.STRING, 0);
  }

  /** The import is complete. */
  public void delete() throws IOException {
    try (RedisConnection connection = RedisConnection.open(table, REPLY)) {
      for (byte[] name : names) {
        connection.send(ascii("UNLINK"), name);
      }
      connection.flush();
      for (int i = 0; i < names.length; i++) {
        connection.read();
      }
    }
  }

  /** Whether what a mark says reaches so far. */
  static boolean isDone(RedisReply mark, Step step) {
    String value = new String(step.key().writtenTo(), StandardCharsets.US_ASCII);
    return offset(mark, value.substring(0, value.indexOf(' '))) >= step.before();
  }

  private static long offset(RedisReply mark, String run) {
    String text = mark instanceof RedisReply.Bulk ? mark.text() : "";
    return text.startsWith(run + " ") ? Long.parseLong(text.substring(run.length() + 1)) : NONE;
  }

  /** A server that has no slots has one. */
  private static int slots(RedisConnection connection) throws IOException {
    byte[] last = SlotTags.inSlot(SLOTS_MAX - 1, SLOTS_MAX);
    RedisReply reply = connection.call(ascii("SLOTSHASHKEY"), last);
    return reply instanceof RedisReply.Items(var slots) ? (int) slots.getFirst().number() + 1 : 1;
  }

  private static byte[][] names(int slots) {
    byte[][] names = new byte[slots][];
    int found = 0;
    for (int i = 0; found < slots; i++) {
      byte[] tag = ascii(Integer.toString(i, Character.MAX_RADIX));
      int slot = SlotHash.slot(tag, slots);
      if (names[slot] == null) {
        names[slot] = ascii(PREFIX + "{" + new String(tag, StandardCharsets.US_ASCII) + "}" + SUFFIX);
        found++;
      }
    }
    return names;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
