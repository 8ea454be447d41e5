package io.pika.proxy.protocol;

import java.util.Collections;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What is true of a command, in the order and (in brackets where it differs) the words of Redis's COMMAND. */
public enum Flag {
  /** Changes data. */
  WRITES("write", Category.WRITE),
  /** Only looks at data. */
  READS("readonly", Category.READ),
  /** Refused when there is no room left. */
  DENYOOM(null),
  ADMIN("admin", Category.ADMIN, Category.DANGEROUS),
  PUBSUBS("pubsub", Category.PUBSUB),
  NOSCRIPT(null),
  /** May wait for other clients. */
  BLOCKING("blocking", Category.BLOCKING),
  LOADING(null),
  STALE(null),
  SKIP_MONITOR(null),
  SKIP_SLOWLOG(null),
  ASKS("asking"),
  /** Takes constant or logarithmic time. */
  FAST("fast", Category.FAST),
  /** Allowed before the connection has logged in. */
  NO_AUTH(null),
  /** Its key arguments may be none. */
  NO_MANDATORY_KEYS(null),
  NO_ASYNC_LOADING(null),
  NO_MULTI(null),
  /** Derived: its keys are not simply at fixed places. */
  MOVABLEKEYS(null),
  ALLOW_BUSY(null),
  /** Not shown, as in Redis: writes, or tells others, by what it finds out when it runs, such as a script. */
  MAY_REPLICATE(""),
  /** Not shown: may compute for long where the store does not notice, see {@link Command}. */
  LONG(""),
  /** Not shown: the same if its request is large. */
  LONG_IF_LARGE(""),
  /** Not shown: could hurt everybody. */
  DANGEROUS("", Category.DANGEROUS),
  /** Not shown: an administrator's command in the ACL sense only. */
  ADMINISTERS("", Category.ADMIN, Category.DANGEROUS),
  /** Not shown: it only leads to its sub-commands, and is in no category of its group. */
  LEADS("");

  private final String redisName;
  final Category[] categories;

  /** @param redisName null = the name itself in small letters, empty = COMMAND does not show it */
  Flag(@Nullable String redisName, Category... categories) {
    this.redisName = redisName == null ? name().toLowerCase(Locale.ROOT) : redisName;
    this.categories = categories;
  }

  /** The flags of a row of the command table. */
  static Set<Flag> is(Flag... flags) {
    EnumSet<Flag> set = EnumSet.noneOf(Flag.class);
    Collections.addAll(set, flags);
    return set;
  }

  /** Empty for those that COMMAND does not show. */
  public String redisName() {
    return redisName;
  }
}
