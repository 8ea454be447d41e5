package io.pika.proxy.protocol;

import java.util.List;

/**
 * What a command does to a key, in Redis's words: RO only reads, RW reads and writes, OW overwrites, RM removes; then
 * whether it shows, changes, adds or deletes the value.
 */
public enum KeyAccess {
  RO("RO"),
  RO_ACCESS("RO", "access"),
  RW_ACCESS("RW", "access"),
  RW_ACCESS_UPDATE("RW", "access", "update"),
  RW_ACCESS_UPDATE_VARIABLE("RW", "access", "update", "variable_flags"),
  RW_ACCESS_INSERT("RW", "access", "insert"),
  RW_ACCESS_DELETE("RW", "access", "delete"),
  RW_ACCESS_DELETE_INCOMPLETE("RW", "access", "delete", "incomplete"),
  RW_UPDATE("RW", "update"),
  RW_INSERT("RW", "insert"),
  RW_DELETE("RW", "delete"),
  OW_UPDATE("OW", "update"),
  OW_INSERT("OW", "insert"),
  RM_DELETE("RM", "delete"),
  /** In the place of a key, hashed like one, but none: a channel's name. */
  NOT_KEY("not_key");

  private final List<String> redisNames;

  KeyAccess(String... redisNames) {
    this.redisNames = List.of(redisNames);
  }

  public List<String> redisNames() {
    return redisNames;
  }

  public boolean writes() {
    return !redisNames.getFirst().equals("RO") && this != NOT_KEY;
  }
}
