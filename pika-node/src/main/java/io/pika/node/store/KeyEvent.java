package io.pika.node.store;

import io.pika.core.bytes.Bytes;

/**
 * Something that happened to a key, as Redis' keyspace notifications tell of it.
 *
 * @param type the letter of its class: {@code g} generic, {@code $} strings, {@code h} hashes, {@code x} expired ...
 * @param name the event's: set, del, expired
 */
public record KeyEvent(int table, int slot, char type, String name, Bytes key)
    implements
      Announcement {}
