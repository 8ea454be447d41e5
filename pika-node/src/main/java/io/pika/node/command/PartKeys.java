package io.pika.node.command;

import io.pika.core.bytes.Bytes;
import io.pika.node.store.Entry;
import io.pika.node.store.KeySpace;
import io.pika.node.store.WrappedKeySpace;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A slot for one part of a command over several slots: keys of other slots can be read in it. */
final class PartKeys extends WrappedKeySpace {
  /** Whether anybody hears of what happens to keys. */
  enum Telling {
    TOLD, UNTOLD
  }

  private final Map<Bytes, Entry> carried;
  private final Telling telling;

  PartKeys(KeySpace keys, Map<Bytes, Entry> carried, Telling telling) {
    super(keys);
    this.carried = carried;
    this.telling = telling;
  }

  @Override
  public @Nullable Entry find(byte[] key) {
    Entry foreign = carried.isEmpty() ? null : carried.get(Bytes.of(key));
    return foreign == null ? keys.find(key) : foreign;
  }

  @Override
  public void announce(char type, String name, byte[] key) {
    if (telling == Telling.TOLD) {
      keys.announce(type, name, key);
    }
  }
}
