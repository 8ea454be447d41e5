package io.pika.tests.faults;

import io.pika.testkit.wire.RespConnection;
import io.pika.testkit.wire.RespValue;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What one writer knows of a key that nobody else writes: what was acknowledged and must be there, and what was
 * sent without an answer and may be there, at most once. At most one write of a ledger is under way at a time.
 */
abstract sealed class Ledger {
  /**
   * How long a write whose answer was lost may still arrive: it may lie in the buffers of a node that was stopped,
   * or wait there for a leader. More than a node's request-timeout.
   */
  private static final long LATE_NANOS = 20_000_000_000L;

  /** The next write. The caller must tell {@link #acknowledged} or {@link #lost} before it asks again. */
  abstract String[] next();

  /** The write was answered without an error; a complaint if the answer cannot be right. */
  abstract @Nullable String acknowledged(RespValue answer);

  /** The write was answered with an error, or not at all: it may or may not have happened. */
  abstract void lost();

  /** Compares what is stored with what must and may be; null when that is right. */
  abstract @Nullable String complaint(RespConnection client) throws IOException;

  /** INCR: as many as were acknowledged, no more than were sent. */
  static final class Counter extends Ledger {
    private final String key;
    private long sent;
    private long acknowledged;
    private long highestAnswer;

    Counter(String key) {
      this.key = key;
    }

    @Override
    String[] next() {
      sent++;
      return new String[]{"INCR", key};
    }

    @Override
    @Nullable
    String acknowledged(RespValue answer) {
      acknowledged++;
      long value = answer.number();
      boolean right = value > highestAnswer && value >= acknowledged && value <= sent;
      String complaint = right ? null : "INCR " + key + " answered " + value + " after " + this;
      highestAnswer = Math.max(highestAnswer, value);
      return complaint;
    }

    @Override
    void lost() {
      // Counted as sent already.
    }

    @Override
    @Nullable
    String complaint(RespConnection client) throws IOException {
      RespValue stored = answerOf(client, "GET", key);
      long value = stored.isNull() ? 0 : Long.parseLong(stored.text());
      return value >= highestAnswer && value <= sent ? null : key + " is " + value + " after " + this;
    }

    @Override
    public String toString() {
      return sent + " sent, " + acknowledged + " acknowledged, highest answer " + highestAnswer;
    }
  }

  /** SET, SET with expiry, DEL or a split MSET and DEL: the last acknowledged, or one that may have come late. */
  static final class Register extends Ledger {
    private static final String ABSENT = "absent";

    private final List<String> keys;
    private final Random random;
    private final Deque<Late> late = new ArrayDeque<>();
    private String last = ABSENT;
    private String underWay = ABSENT;
    private long sequence;

    private record Late(String value, long sinceNanos) {}

    Register(List<String> keys, Random random) {
      this.keys = List.copyOf(keys);
      this.random = random;
    }

    @Override
    String[] next() {
      sequence++;
      List<String> command = new ArrayList<>();
      if (random.nextInt(8) == 0) {
        underWay = ABSENT;
        command.add(random.nextBoolean() ? "DEL" : "UNLINK");
        command.addAll(keys);
      } else {
        underWay = Long.toString(sequence);
        command.add(keys.size() > 1 ? "MSET" : "SET");
        for (String key : keys) {
          command.add(key);
          command.add(underWay);
        }
        if (keys.size() == 1 && random.nextInt(4) == 0) {
          command.addAll(List.of("PX", "3600000"));
        }
      }
      return command.toArray(String[]::new);
    }

    /** What was sent long before this one can no longer come after it. */
    @Override
    @Nullable
    String acknowledged(RespValue answer) {
      long nowNanos = System.nanoTime();
      late.removeIf(each -> nowNanos - each.sinceNanos > LATE_NANOS);
      last = underWay;
      return null;
    }

    @Override
    void lost() {
      late.add(new Late(underWay, System.nanoTime()));
    }

    @Override
    @Nullable
    String complaint(RespConnection client) throws IOException {
      Set<String> possible = late.stream().map(Late::value).collect(Collectors.toSet());
      possible.add(last);
      for (String key : keys) {
        RespValue stored = answerOf(client, "GET", key);
        String value = stored.isNull() ? ABSENT : stored.text();
        if (!possible.contains(value)) {
          return key + " is " + value + " after " + last + " was acknowledged; possible: " + possible;
        }
      }
      return null;
    }
  }

  /** APPEND: every acknowledged piece once, every lost one at most once. */
  static final class Pieces extends Ledger {
    private static final int PIECES_OF_A_KEY = 300;

    private final String name;
    private int generation;
    private int sent;
    private final Set<Integer> acknowledged = new HashSet<>();

    Pieces(String name) {
      this.name = name;
    }

    @Override
    String[] next() {
      if (sent == PIECES_OF_A_KEY) {
        generation++;
        sent = 0;
        acknowledged.clear();
      }
      sent++;
      return new String[]{"APPEND", key(), sent + ","};
    }

    private String key() {
      return name + "#" + generation;
    }

    @Override
    @Nullable
    String acknowledged(RespValue answer) {
      acknowledged.add(sent);
      return null;
    }

    @Override
    void lost() {
      // May be there or not.
    }

    @Override
    @Nullable
    String complaint(RespConnection client) throws IOException {
      RespValue stored = answerOf(client, "GET", key());
      Set<Integer> found = new HashSet<>();
      for (String piece : (stored.isNull() ? "" : stored.text()).split(",")) {
        if (!piece.isEmpty() && !found.add(Integer.valueOf(piece))) {
          return key() + " has piece " + piece + " twice: " + stored;
        }
      }
      Set<Integer> missing = new HashSet<>(acknowledged);
      missing.removeAll(found);
      boolean invented = found.stream().anyMatch(piece -> piece < 1 || piece > sent);
      return missing.isEmpty() && !invented
          ? null
          : key() + " lacks " + missing + " of " + sent + ": " + stored;
    }
  }

  /** A read that was refused says nothing: the caller tries again. */
  private static RespValue answerOf(RespConnection client, String... command) throws IOException {
    RespValue answer = client.call(command);
    if (answer.isError()) {
      throw new IOException(String.join(" ", command) + ": " + answer);
    }
    return answer;
  }
}
