package io.pika.proxy.protocol;

/**
 * A command will not be carried out: thrown while its arguments are read, and answered to the client as it is. It
 * changes nothing, has no stack trace and costs little.
 */
public final class RefusalException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient Reply.Err reply;

  public RefusalException(Reply.Err reply) {
    super(reply.text(), null, false, false);
    this.reply = reply;
  }

  /** @param text with its code, "ERR syntax error" */
  public RefusalException(String text) {
    this(Reply.error(text));
  }

  public Reply.Err reply() {
    return reply;
  }
}
