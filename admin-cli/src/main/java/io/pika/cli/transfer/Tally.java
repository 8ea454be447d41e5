package io.pika.cli.transfer;

import io.pika.cli.redis.RedisTrouble;
import io.pika.proxy.rdb.RdbType.Kind;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What became of everything, in numbers. Safe for all threads. */
public final class Tally {
  private static final int SHOWN_MAX = 100;
  private static final int NAME_SHOWN = 100;

  /** A key that the table refused. */
  public record Failure(String key, String reason) {}

  private final OnRefusal onRefusal;
  private final Map<Kind, Long> written = new EnumMap<>(Kind.class);
  private final Map<Long, Long> otherDatabases = new TreeMap<>();
  private final Map<String, Long> refusedCommands = new TreeMap<>();
  private final Map<String, String> refusals = new TreeMap<>();
  private final List<Failure> failures = new ArrayList<>();
  private final List<String> notes = new ArrayList<>();
  private long keys;
  private long existing;
  private long unmatched;
  private long expired;
  private long failed;
  private long commands;

  public Tally(OnRefusal onRefusal) {
    this.onRefusal = onRefusal;
  }

  private void stopIfAsked(String refusal) throws RedisTrouble {
    if (onRefusal == OnRefusal.STOP) {
      throw new RedisTrouble(refusal);
    }
  }

  synchronized void written(Kind kind) {
    written.merge(kind, 1L, Long::sum);
    keys++;
  }

  synchronized void existing() {
    existing++;
  }

  public synchronized void unmatched() {
    unmatched++;
  }

  public synchronized void expired() {
    expired++;
  }

  public synchronized void otherDatabase(long number) {
    otherDatabases.merge(number, 1L, Long::sum);
  }

  synchronized void failed(byte[] key, String reason) throws RedisTrouble {
    stopIfAsked("the table refuses the key " + shown(key) + ": " + reason);
    failed++;
    if (failures.size() < SHOWN_MAX) {
      failures.add(new Failure(shown(key), reason));
    }
  }

  public synchronized void commands(long count) {
    commands += count;
  }

  public synchronized void refused(String command, String reason) throws RedisTrouble {
    stopIfAsked("the table refuses " + command + ": " + reason);
    refusedCommands.merge(command, 1L, Long::sum);
    refusals.putIfAbsent(command, reason);
  }

  /** Something that a person should know, once. */
  public synchronized void note(String text) {
    if (!notes.contains(text) && notes.size() < SHOWN_MAX) {
      notes.add(text);
    }
  }

  public synchronized long keys() {
    return keys;
  }

  public synchronized long commands() {
    return commands;
  }

  public synchronized long existingKeys() {
    return existing;
  }

  public synchronized long unmatchedKeys() {
    return unmatched;
  }

  public synchronized long expiredKeys() {
    return expired;
  }

  public synchronized long failedKeys() {
    return failed;
  }

  public synchronized Map<Kind, Long> byKind() {
    return new EnumMap<>(written);
  }

  public synchronized Map<Long, Long> byOtherDatabase() {
    return new TreeMap<>(otherDatabases);
  }

  public synchronized Map<String, Long> refusedCommands() {
    return new TreeMap<>(refusedCommands);
  }

  /** The table's words about a command that it refused, the first time. */
  public synchronized String refusal(String command) {
    return refusals.getOrDefault(command, "");
  }

  /** The first of them. */
  public synchronized List<Failure> failures() {
    return List.copyOf(failures);
  }

  public synchronized List<String> notes() {
    return List.copyOf(notes);
  }

  /** A key for people: what cannot be printed as its number. */
  public static String shown(byte[] key) {
    StringBuilder text = new StringBuilder();
    for (char each : new String(key, 0, Math.min(key.length, NAME_SHOWN), StandardCharsets.ISO_8859_1)
        .toCharArray()) {
      text.append(
          each > ' ' && each < 127 && each != '\\' ? String.valueOf(each) : "\\x%02x".formatted((int) each));
    }
    return key.length > NAME_SHOWN ? text + "... (" + key.length + " bytes)" : text.toString();
  }
}
