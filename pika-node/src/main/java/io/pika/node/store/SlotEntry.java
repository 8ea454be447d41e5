package io.pika.node.store;

/** A key and its value as a slot has them: bytes that are moved, not looked into. */
public record SlotEntry(byte[] key, byte[] value) {}
