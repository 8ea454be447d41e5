package io.pika.node.engine;

import io.pika.proxy.protocol.Request;

/** What a task runs in its slot, under the slot's lock; all that it changes is one record. */
public sealed interface SlotJob permits KeyHandler, Transaction, Watch, Park, Unpark {

  /** Finds what runs one command. */
  interface Finder {
    /** @throws IllegalArgumentException it is no command that runs on keys */
    KeyHandler find(Request request);
  }
}
