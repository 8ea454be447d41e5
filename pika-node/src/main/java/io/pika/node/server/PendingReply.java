package io.pika.node.server;

import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import io.pika.proxy.routing.ReplySink;
import org.jspecify.annotations.Nullable;

/**
 * One request's place in the order of its connection's replies. The reply comes once, from any thread; what it holds
 * (the request, for SLOWLOG) is let go when the reply leaves.
 */
final class PendingReply implements ReplySink {
  private final Heard heard;
  private final Request request;
  private final int table;
  private final long startedNanos;
  private boolean silent;
  private volatile @Nullable Reply reply;

  /** Told when the reply is there, on the thread that brings it. */
  interface Heard {
    void replied(Reply reply);
  }

  /**
   * @param request taken over
   * @param table the session's when the command was read
   * @param silent the client wants no reply to this command (CLIENT REPLY)
   */
  PendingReply(Heard heard, Request request, int table, long startedNanos, boolean silent) {
    this.heard = heard;
    this.request = request;
    this.table = table;
    this.startedNanos = startedNanos;
    this.silent = silent;
  }

  /** Answers the request. A second answer to the same request is a bug of whoever gives it. */
  void complete(Reply answer) {
    if (reply != null) {
      answer.release();
      throw new IllegalStateException("two replies to one " + request);
    }
    reply = answer;
    heard.replied(answer);
  }

  /** The reply to a command that runs as a part of this one. */
  PendingReply within(Request part, Heard whenThere) {
    return new PendingReply(whenThere, part, table, startedNanos, false);
  }

  /** From the router. */
  @Override
  public void reply(Reply answer) {
    complete(answer);
  }

  @Nullable
  Reply reply() {
    return reply;
  }

  Request request() {
    return request;
  }

  int table() {
    return table;
  }

  long startedNanos() {
    return startedNanos;
  }

  /** Only before the reply is given. */
  void silent(boolean on) {
    silent = on;
  }

  boolean isSilent() { return silent; }
}
