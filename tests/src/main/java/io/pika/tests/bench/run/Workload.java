package io.pika.tests.bench.run;

import io.pika.tests.bench.load.Template;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The commands that are measured, as applications send them. */
public enum Workload {
  GET(Data.STRINGS, "GET s:{key}"), SET(Data.STRINGS, "SET s:{key} {value}"),
  INCR(Data.COUNTERS, "INCR c:{key}"),
  /** Of ten keys, which lie in several slots. */
  MSET(Data.STRINGS, "MSET" + " s:{key} {value}".repeat(10)),
  /** Of ten keys, which lie in several slots. */
  MGET(Data.STRINGS, "MGET" + " s:{key}".repeat(10)),
  HSET(Data.HASHES, "HSET h:{key} field:{member} {value}"), HGET(Data.HASHES, "HGET h:{key} field:{member}"),
  LPUSH(Data.LISTS, "LPUSH l:{key} {value}", "LPOP l:{key}"),
  LPOP(Data.LISTS, "LPOP l:{key}", "LPUSH l:{key} {value}"),
  /** A new member each time. */
  SADD(Data.SETS, "SADD e:{key} new:{any}", "SREM e:{key} new:{any}"),
  /** A new score for a member that is there. */
  ZADD(Data.SORTED_SETS, "ZADD z:{key} {any} member:{member}"),
  /** Ten members from some score on. */
  ZRANGEBYSCORE(Data.SORTED_SETS, "ZRANGEBYSCORE z:{key} {any} +inf LIMIT 0 10"),
  /** Ten keys at a cursor that the server gave before. */
  SCAN(Data.STRINGS, "");

  private final Data data;
  private final String words;
  private final @Nullable String undo;

  Workload(Data data, String words) {
    this(data, words, null);
  }

  /** @param undo takes back what the command did, when it is sent with the same draws */
  Workload(Data data, String words, @Nullable String undo) {
    this.data = data;
    this.words = words;
    this.undo = undo;
  }

  Data data() {
    return data;
  }

  /** Whether it is another thing with values of another size. */
  boolean hasValues() {
    return data.hasValues() && this != SCAN;
  }

  Template template(int valueBytes) {
    return Template.of(named(words, valueBytes), valueBytes);
  }

  /** What keeps collections from growing or shrinking from turn to turn. */
  Optional<Template> undo(int valueBytes) {
    return Optional.ofNullable(undo).map(words -> Template.of(named(words, valueBytes), valueBytes));
  }

  /** Keys of values of other sizes have other names, so that they can be there side by side. */
  static String named(String words, int valueBytes) {
    return words.replaceAll(" ([a-z]):\\{key}", " $1" + valueBytes + ":{key}");
  }
}
