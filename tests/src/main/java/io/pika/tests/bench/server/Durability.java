package io.pika.tests.bench.server;

/** What both servers promise of a write that was answered; which of redis-server's modes the node is compared with. */
public enum Durability {
  /** redis-server keeps nothing on disk; the node keeps its default, which loses a second when the machine crashes. */
  NONE("everysec", "no"), EVERYSEC("everysec", "everysec"), ALWAYS("always", "always");

  private final String node;
  private final String redis;

  Durability(String node, String redis) {
    this.node = node;
    this.redis = redis;
  }

  /** The node's {@code fsync}. */
  public String fsync() {
    return node;
  }

  /** Settings of redis-server, name and value in turn. */
  public String[] redisSettings() {
    return this == NONE
        ? new String[]{"appendonly", "no"}
        : new String[]{"appendonly", "yes", "appendfsync", redis};
  }

  /** How redis-server is called in a report. */
  public String redisName() {
    return switch (this) {
      case NONE -> "redis-server without persistence";
      case EVERYSEC -> "redis-server, AOF everysec";
      case ALWAYS -> "redis-server, AOF always";
    };
  }
}
