package io.pika.node.script;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** What a script or function says of itself, in the words of Redis. Only {@link #NO_WRITES} changes anything here. */
public enum ScriptFlag {
  NO_WRITES, ALLOW_OOM, ALLOW_STALE, NO_CLUSTER, ALLOW_CROSS_SLOT_KEYS;

  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Empty: there is no such flag. */
  static Optional<ScriptFlag> of(String word) {
    return Arrays.stream(values()).filter(flag -> flag.word().equals(word)).findFirst();
  }
}
