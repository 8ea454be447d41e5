package io.pika.cli.transfer;

import io.pika.proxy.routing.SlotHash;
import java.nio.charset.StandardCharsets;

/** Names of our own that lie in the slot of a given key, however many slots its table has. */
final class SlotTags {
  /** The most that a table can have: who agrees here agrees in every table, for a slot is a hash's low bits. */
  private static final int SLOTS = 16384;

  private SlotTags() {}

  /** {@code prefix{tag}suffix} in the key's slot. */
  static byte[] beside(byte[] key, String prefix, String suffix) {
    String tag = new String(inSlot(SlotHash.slot(key, SLOTS), SLOTS), StandardCharsets.US_ASCII);
    return (prefix + "{" + tag + "}" + suffix).getBytes(StandardCharsets.US_ASCII);
  }

  /** A short text in a slot. */
  static byte[] inSlot(int slot, int slots) {
    for (int i = 0;; i++) {
      byte[] tag = Integer.toString(i, Character.MAX_RADIX).getBytes(StandardCharsets.US_ASCII);
      if (SlotHash.slot(tag, slots) == slot) {
        return tag;
      }
    }
  }
}
