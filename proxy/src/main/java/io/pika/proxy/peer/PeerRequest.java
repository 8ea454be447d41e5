package io.pika.proxy.peer;

import io.netty.buffer.ByteBuf;
import org.jspecify.annotations.Nullable;

/**
 * A command on its way to the leader of its slots.
 *
 * @param slotFrom first slot; of a command with a key, the key's slot
 * @param slotTo last slot, inclusive; equal to {@code slotFrom} for a command with a key
 * @param epoch of the slots as the sender knows it; the receiver refuses any other
 * @param order see {@link PeerServer}
 * @param protocol the client's RESP version, 2 or 3: the reply is made for it
 * @param timeoutMs how long the sender waits for the answer
 * @param command the request exactly as the client sent it; whoever holds the record owns one reference
 */
public record PeerRequest(int table, int slotFrom, int slotTo, long epoch, Order order, int protocol,
    int timeoutMs, ByteBuf command) {

  /** How a request stands to others of the sender's. The codes are on the wire and never change. */
  public enum Order {
    /** Behind others for its slot that have no answer yet. */
    NEXT(0),
    /** Nothing of the sender's is under way in its slot. */
    FIRST(1),
    /** Over all the slots it names, alone: a command that works on a whole table. */
    NONE(2);

    private static final Order[] BY_CODE = values();

    final int code;

    Order(int code) {
      this.code = code;
    }

    static @Nullable Order of(int code) {
      return code >= 0 && code < BY_CODE.length ? BY_CODE[code] : null;
    }
  }
}
