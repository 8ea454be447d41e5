package io.pika.proxy.routing;

import io.pika.core.model.CrossSlot;
import io.pika.core.model.Table;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.KeyFinder;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commands whose keys lie in several slots and that {@link Split} cannot cut, for tables that want them served
 * ({@link CrossSlot#SERVE}). Each is carried out from here, step by step, on a thread of its own; each step is one request
 * to one slot and one instant, the whole is none. What writes puts its result in place in the last step, in one instant.
 *
 * <p>RENAME, RENAMENX, MSETNX, LMOVE and RPOPLPUSH are not among them: cut in two, they would lose or double what a client
 * was told is safe, or break a condition that is all their meaning.
 *
 * <p>Decision: commands over several slots.
 */
final class CrossSlotCommands {
  private static final Logger LOG = LoggerFactory.getLogger(CrossSlotCommands.class);
  private static final Set<Command> SERVED = EnumSet.of(Command.SUNION, Command.SINTER, Command.SDIFF,
      Command.SUNIONSTORE, Command.SINTERSTORE, Command.SDIFFSTORE, Command.SINTERCARD, Command.ZUNION,
      Command.ZINTER, Command.ZDIFF, Command.ZUNIONSTORE, Command.ZINTERSTORE, Command.ZDIFFSTORE,
      Command.ZINTERCARD, Command.LMPOP, Command.ZMPOP, Command.ZRANGESTORE, Command.GEOSEARCHSTORE,
      Command.GEORADIUS, Command.GEORADIUSBYMEMBER, Command.PFCOUNT, Command.PFMERGE, Command.BITOP,
      Command.LCS, Command.SMOVE, Command.COPY);
  private static final Reply.Err FAILED = Reply
      .error("ERR this command failed inside the server; the log says why");
  private static final Reply.Err TOO_MANY = Reply
      .error("TRYAGAIN too many commands over several slots are under way at this node");

  private final SlotCaller caller;
  private final Executor executor;
  private final RandomGenerator random;
  private final RouterOptions options;

  CrossSlotCommands(SlotCaller caller, Executor executor, RandomGenerator random, RouterOptions options) {
    this.caller = caller;
    this.executor = executor;
    this.random = random;
    this.options = options;
  }

  /** Whether a request is one for here: its table wants it, and its keys lie in several slots. */
  static boolean takes(Table table, Request request) {
    Command command = request.command();
    return table.crossSlot() == CrossSlot.SERVE && command != null && SERVED.contains(command)
        && isOverSeveralSlots(table, request);
  }

  private static boolean isOverSeveralSlots(Table table, Request request) {
    int slot = -1;
    for (int position : KeyFinder.keyPositions(request)) {
      int own = SlotHash.slot(request.arg(position), table.slots());
      if (slot >= 0 && own != slot) {
        return true;
      }
      slot = own;
    }
    return false;
  }

  /** Takes over the request. */
  void route(Table table, Request request, int protocol, ReplySink sink) {
    Request own = Request.of(request.args());
    request.release();
    try {
      executor.execute(() -> sink.reply(run(table, own, protocol)));
    } catch (RejectedExecutionException busy) {
      sink.reply(TOO_MANY);
    }
  }

  private Reply run(Table table, Request request, int protocol) {
    try {
      return run(caller.begin(table), request, protocol);
    } catch (RefusalException refused) {
      return refused.reply();
    } catch (RuntimeException bug) {
      LOG.error("{} over several slots failed", request, bug);
      return FAILED;
    }
  }

  private Reply run(SlotCaller.Calls calls, Request request, int protocol) {
    Command command = request.command();
    if (command == null) {
      throw new IllegalArgumentException("an unknown command has no keys");
    }
    return switch (command) {
      case SUNION, SINTER, SDIFF, SUNIONSTORE, SINTERSTORE, SDIFFSTORE, SINTERCARD ->
        new SetsOverSlots(calls, unique(), options.maxReplyBytes()).run(command, request);
      case ZUNION, ZINTER, ZDIFF, ZUNIONSTORE, ZINTERSTORE, ZDIFFSTORE, ZINTERCARD ->
        new SortedSetsOverSlots(calls, unique(), options.maxReplyBytes()).run(command, request);
      case LMPOP, ZMPOP -> new FirstNotEmpty(calls, protocol).run(request);
      case ZRANGESTORE, GEOSEARCHSTORE, GEORADIUS, GEORADIUSBYMEMBER ->
        new StoredElsewhere(calls, unique()).run(command, request);
      case PFCOUNT, PFMERGE, BITOP, LCS -> new CarriedStrings(calls, protocol).run(request);
      case SMOVE -> KeysOverSlots.move(calls, request);
      case COPY -> KeysOverSlots.copy(calls, request);
      default -> throw new IllegalArgumentException("not over several slots: " + command);
    };
  }

  private String unique() {
    return Long.toHexString(random.nextLong());
  }
}
