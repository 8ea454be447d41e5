package io.pika.node.server;

import io.pika.proxy.protocol.Request;

/** Runs a command that is about the connection or the node, on the connection's event loop. Must not block. */
interface SessionHandler {
  /** @param reply completed now or later, from any thread */
  void run(ClientConnection connection, Request request, PendingReply reply);
}
