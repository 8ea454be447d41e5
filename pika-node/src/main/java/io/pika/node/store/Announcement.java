package io.pika.node.store;

import io.pika.core.bytes.Bytes;

/** What a command has others told when what it did is safe. Taken back with it. */
public sealed interface Announcement permits KeyEvent, Announcement.Published {

  int table();

  /** Where it happened. */
  int slot();

  /** A message of a script. @param toShard of SPUBLISH: patterns do not find its channel */
  record Published(int table, int slot, boolean toShard, Bytes channel,
      Bytes content) implements Announcement {}
}
