package io.pika.proxy.routing;

import io.netty.buffer.ByteBufUtil;
import io.pika.proxy.algebra.Member;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.KeyAccess;
import io.pika.proxy.protocol.KeyFinder;
import io.pika.proxy.protocol.PartForm;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import java.util.List;

/**
 * ZRANGESTORE, GEOSEARCHSTORE and GEORADIUS with STORE where the result goes to another slot: it is made where the source
 * is, in one instant, and put in place where it belongs, in another. It fits into a reply.
 */
final class StoredElsewhere {
  private final SlotCaller.Calls calls;
  private final String unique;

  /** @param unique see {@link StagedKey} */
  StoredElsewhere(SlotCaller.Calls calls, String unique) {
    this.calls = calls;
    this.unique = unique;
  }

  Reply run(Command command, Request request) {
    byte[] source = new byte[0];
    byte[] target = new byte[0];
    for (KeyFinder.Key each : KeyFinder.keys(request)) {
      if (each.access() == KeyAccess.OW_UPDATE) {
        target = request.arg(each.position());
      } else {
        source = request.arg(each.position());
      }
    }
    byte[] whole = ByteBufUtil.getBytes(request.raw());
    List<Reply> made = Answers.array(calls.call(source, PartForm.MAKE.request(List.of(target, whole))));
    StagedKey staged = new StagedKey(calls, target, unique, PartForm.SCORED);
    return staged.fill('z', event(command), sink -> {
      for (int i = 0; i + 1 < made.size(); i += 2) {
        byte[] member = Answers.bytes(made.get(i));
        if (!sink.test(Member.of(member, PartForm.score(Answers.bytes(made.get(i + 1)))))) {
          return;
        }
      }
    });
  }

  private static String event(Command command) {
    return switch (command) {
      case GEORADIUS, GEORADIUSBYMEMBER -> "georadiusstore";
      default -> command.redisName();
    };
  }
}
