package io.pika.proxy.protocol;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of a connection are not RESP, or break a limit. What follows cannot be understood: answer {@link #reply}
 * after everything that is still owed, then close.
 */
public final class ProtocolException extends Exception {
  private static final long serialVersionUID = 1L;

  private final transient Reply.@Nullable Err reply;

  /** With a text in Redis's words, "Protocol error: invalid multibulk length"; its characters are bytes. */
  ProtocolException(String message) {
    super(message, null, false, false);
    this.reply = Reply.error(("ERR " + message).getBytes(StandardCharsets.ISO_8859_1));
  }

  private ProtocolException() {
    super("an HTTP request", null, false, false);
    this.reply = null;
  }

  /**
   * Somebody makes a browser talk to us (cross protocol scripting). As in Redis such a connection is closed without an
   * answer.
   */
  static ProtocolException httpRequest() {
    return new ProtocolException();
  }

  /** What the client is told before the connection is closed; null = nothing. */
  public Reply.@Nullable Err reply() {
    return reply;
  }
}
