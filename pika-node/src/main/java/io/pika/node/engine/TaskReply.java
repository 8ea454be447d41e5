package io.pika.node.engine;

import io.pika.proxy.protocol.Reply;

/**
 * Hears once what came of a task. Runs on the thread that ran the batch, on the log's, or on one that ships the log: short,
 * without blocking; an event loop is hopped to from here. The replies of one slot come in the order of its tasks, except
 * for those that were refused because the table's acks ask for more followers than there are.
 */
public interface TaskReply {
  /** The command ran, or was refused for good, and the reply may be seen by the client. */
  void done(Reply reply);

  /** The command did not run: this node does not lead the slot at that epoch. Never called with LEADS. */
  void refused(Verdict why);
}
