package io.pika.node.server;

import io.pika.core.model.Table;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import io.pika.proxy.routing.SlotHash;
import java.util.ArrayList;
import java.util.List;

/** SLOTSHASHKEY key ...: the slots of keys in the session's table (Codis, Pika). */
final class SlotHashCommand {
  private final TableAccess access;

  SlotHashCommand(TableAccess access) {
    this.access = access;
  }

  void run(ClientConnection connection, Request request, PendingReply reply) {
    Table table = access.find(connection.session().table());
    int slots = table == null ? 1 : table.slots();
    List<Reply> answer = new ArrayList<>();
    for (int i = 1; i < request.size(); i++) {
      answer.add(Reply.of(SlotHash.slot(request.arg(i), slots)));
    }
    reply.complete(Reply.array(answer));
  }
}
