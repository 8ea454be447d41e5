package io.pika.proxy.routing;

import io.pika.proxy.protocol.Reply;

/**
 * Where the reply to one request goes. Called exactly once, on any thread, without locks held; must not block
 * and must not throw. Takes over the buffers in the reply: it writes the reply or releases it.
 */
public interface ReplySink {
  void reply(Reply reply);
}
