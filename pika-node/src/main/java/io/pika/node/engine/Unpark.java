package io.pika.node.engine;

import io.pika.core.bytes.Bytes;

/** Ends the waiting of a {@link Park}: it is answered that there was nothing. If it is gone already, nothing happens. */
public record Unpark(Bytes ticket) implements SlotJob {}
