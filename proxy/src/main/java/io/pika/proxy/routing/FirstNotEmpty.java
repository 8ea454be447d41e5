package io.pika.proxy.routing;

import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import java.util.ArrayList;
import java.util.List;

/** LMPOP and ZMPOP of keys in several slots: each key is asked in its turn, until one has something. */
final class FirstNotEmpty {
  private static final byte[] ONE = {'1'};

  private final SlotCaller.Calls calls;
  private final int protocol;

  FirstNotEmpty(SlotCaller.Calls calls, int protocol) {
    this.calls = calls;
    this.protocol = protocol;
  }

  Reply run(Request request) {
    Args args = new Args(request, 1);
    List<byte[]> keys = SetsOverSlots.counted(args);
    List<byte[]> options = new ArrayList<>();
    while (args.hasNext()) {
      options.add(args.takeBytes());
    }
    Reply reply = Reply.NULL_ARRAY;
    for (byte[] key : keys) {
      List<byte[]> one = new ArrayList<>(List.of(request.arg(0), ONE, key));
      one.addAll(options);
      reply = calls.ask(key, Request.of(one.toArray(byte[][]::new)), protocol);
      if (!Answers.isNothing(reply)) {
        return reply;
      }
    }
    return reply;
  }
}
