package io.pika.proxy.peer;

import io.netty.buffer.ByteBuf;

/** What became of a request to a peer: every request has exactly one outcome. */
public sealed interface PeerOutcome {
  /** Executed. Who is told of it owns the reply's one reference. */
  record Answered(ByteBuf reply) implements PeerOutcome {}

  /**
   * Executed, or went on with: the reply is long, and these are its next bytes. Who is told of it owns their one reference.
   *
   * @param reply what the peer calls it: by that the rest is asked for, or given up
   */
  record Continues(long reply, ByteBuf bytes) implements PeerOutcome {}

  /**
   * The peer said why it did not, or with {@link PeerStatus#TROUBLE} that it failed.
   *
   * @param epoch of the slot as the peer knows it; 0 where that says nothing
   */
  record Refused(PeerStatus status, long epoch) implements PeerOutcome {}

  /** Never left this process: no connection, or too much waiting for it. Sending it again is safe. */
  record NotSent(Cause cause) implements PeerOutcome {
    public enum Cause {
      UNREACHABLE, OVERLOADED, DEADLINE
    }
  }

  /** Sent, and no answer will come: it may have been executed, may be executed yet, or may never be. */
  record Unknown(Cause cause) implements PeerOutcome {
    public enum Cause {
      CONNECTION_LOST, DEADLINE
    }
  }
}
