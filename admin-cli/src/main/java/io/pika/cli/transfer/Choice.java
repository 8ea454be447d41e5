package io.pika.cli.transfer;

import io.pika.proxy.protocol.Glob;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Which keys of a source are taken.
 *
 * @param database empty: of all databases
 * @param match null: whatever they are called
 */
public record Choice(OptionalLong database, @Nullable Glob match) {
  public boolean takesDatabase(long number) {
    return database.isEmpty() || database.getAsLong() == number;
  }

  public boolean takesKey(byte[] key) {
    return match == null || match.matches(key);
  }
}
