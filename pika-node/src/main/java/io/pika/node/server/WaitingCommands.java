package io.pika.node.server;

import io.pika.core.model.Table;
import io.pika.node.command.WaitTime;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.Flag;
import io.pika.proxy.protocol.KeyFinder;
import io.pika.proxy.protocol.Request;
import io.pika.proxy.routing.RouteErrors;
import io.pika.proxy.routing.SlotHash;
import io.pika.proxy.routing.Waits;
import org.jspecify.annotations.Nullable;

/**
 * Commands that may wait, at the session's node: it keeps the time and ends the waiting, the slot's leader keeps the
 * place in the line. On the connection's event loop.
 */
final class WaitingCommands {
  private final Waits waits;

  WaitingCommands(Waits waits) {
    this.waits = waits;
  }

  /** Whether a request asks to wait. One whose time makes no sense does not: its command says so. */
  static boolean mayWait(Request request) {
    Command command = request.command();
    return command != null && command.has(Flag.BLOCKING) && timeoutMs(request) != WaitTime.NONE;
  }

  /** 0: for ever; {@link WaitTime#NONE}: not at all. */
  private static long timeoutMs(Request request) {
    Command command = request.command();
    return switch (command) {
      case Command.BLPOP, Command.BRPOP, Command.BZPOPMIN, Command.BZPOPMAX ->
        WaitTime.ofSeconds(request.arg(request.size() - 1));
      case Command.BLMPOP, Command.BZMPOP -> WaitTime.ofSeconds(request.arg(1));
      case Command.BRPOPLPUSH -> WaitTime.ofSeconds(request.arg(3));
      case Command.BLMOVE -> WaitTime.ofSeconds(request.arg(5));
      case Command.XREAD, Command.XREADGROUP -> ofStreams(request);
      case null, default -> WaitTime.NONE;
    };
  }

  /** BLOCK among the options before STREAMS; names that follow GROUP are none. */
  private static long ofStreams(Request request) {
    long found = WaitTime.NONE;
    for (int i = 1; i + 1 < request.size() && !request.argIs(i, "STREAMS"); i++) {
      if (request.argIs(i, "GROUP")) {
        i += 2;
      } else if (request.argIs(i, "COUNT")) {
        i++;
      } else if (request.argIs(i, "BLOCK")) {
        i++;
        found = WaitTime.ofMillis(request.arg(i));
      }
    }
    return found;
  }

  void run(ClientConnection connection, Request request, PendingReply reply) {
    Table table = connection.table();
    Integer slot = table == null ? null : slot(request, table);
    if (table == null || slot == null) {
      reply.complete(table == null ? RouteErrors.DROPPED : RouteErrors.CROSS_SLOT);
      return;
    }
    WaitingClient client = new WaitingClient(connection, reply);
    connection.waiting(client);
    client.begin(waits.begin(table, slot, request, connection.session().protocol(), client),
        timeoutMs(request));
  }

  /** Null: the keys lie in several. */
  private static @Nullable Integer slot(Request request, Table table) {
    Integer slot = null;
    for (int position : KeyFinder.keyPositions(request)) {
      int own = SlotHash.slot(request.arg(position), table.slots());
      if (slot != null && slot != own) {
        return null;
      }
      slot = own;
    }
    return slot == null ? 0 : slot;
  }
}
