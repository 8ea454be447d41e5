package io.pika.tests.bench.run;

import io.pika.tests.bench.load.Template;

/** What is in both servers before a command is measured. */
enum Data {
  STRINGS("SET s:{key} {value}", 1), COUNTERS("SET c:{key} 0", 1),
  HASHES("HSET h:{key}" + " field:{member} {value}".repeat(Data.MEMBERS), Data.MEMBERS),
  LISTS("RPUSH l:{key}" + " {value}".repeat(Data.MEMBERS), Data.MEMBERS),
  SETS("SADD e:{key}" + " member:{member}".repeat(Data.MEMBERS), Data.MEMBERS),
  SORTED_SETS("ZADD z:{key}" + " {any} member:{member}".repeat(Data.MEMBERS), Data.MEMBERS);

  /** Elements of each collection. */
  static final int MEMBERS = 100;

  private static final int FILL_BATCH_ELEMENTS = 200;

  private final String fill;
  private final int members;

  Data(String fill, int members) {
    this.fill = fill;
    this.members = members;
  }

  /** How many keys hold so many elements. */
  int keys(int elements) {
    return Math.max(1, elements / members);
  }

  int fillBatch() {
    return Math.max(1, FILL_BATCH_ELEMENTS / members);
  }

  Template fillTemplate(int valueBytes) {
    return Template.of(Workload.named(fill, valueBytes), valueBytes);
  }

  boolean hasValues() {
    return fill.contains("{value}");
  }
}
