package io.pika.proxy.peer;

import io.netty.buffer.ByteBuf;

/**
 * A command on its way to the leader of its slots.
 *
 * @param slotFrom first slot; of a command with a key, the key's slot
 * @param slotTo last slot, inclusive; equal to {@code slotFrom} for a command with a key
 * @param epoch of the slots as the sender knows it; the receiver refuses any other
 * @param first nothing of the sender's is under way in this slot, see {@link PeerServer} on order
 * @param protocol the client's RESP version, 2 or 3: the reply is made for it
 * @param timeoutMs how long the sender waits for the answer
 * @param command the request exactly as the client sent it; whoever holds the record owns one reference
 */
public record PeerRequest(int table, int slotFrom, int slotTo, long epoch, boolean first, int protocol,
    int timeoutMs, ByteBuf command) {}
