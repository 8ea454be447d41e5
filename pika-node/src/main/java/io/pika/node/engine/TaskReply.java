package io.pika.node.engine;

import io.pika.proxy.protocol.Reply;

/**
 * Hears once what came of a task. Runs on the thread that ran the batch or on the log's: short, without blocking;
 * an event loop is hopped to from here. The replies of one batch come in the order of its tasks.
 */
public interface TaskReply {
  /** The command ran, or was refused for good, and the reply may be seen by the client. */
  void done(Reply reply);

  /** The command did not run: this node does not lead the slot at that epoch. Never called with LEADS. */
  void refused(Verdict why);
}
