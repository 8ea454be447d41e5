package io.pika.node.server;

import io.netty.buffer.ByteBufUtil;
import io.pika.node.command.UsersScript;
import io.pika.node.engine.Transaction;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** The commands between a session's MULTI and EXEC, as their own bytes, and the slot that they all run in. */
final class TransactionQueue {
  static final int MAX_COMMANDS = 16_384;
  static final long MAX_BYTES = 128L << 20;
  /** No command so far has a key. */
  static final int NO_SLOT = -1;
  private static final int COMMAND_BYTES = 64;
  private static final Reply.Err TOO_MANY = Reply
      .error("ERR a transaction has at most " + MAX_COMMANDS + " commands");
  private static final Reply.Err TOO_LONG = Reply
      .error("ERR the commands of a transaction have at most " + MAX_BYTES + " bytes");

  /**
   * @param onSession it runs on the connection; else in the transaction's slot
   * @param refusal it does not run at all: this is its reply
   */
  record Queued(byte[] bytes, boolean onSession, Reply.@Nullable Err refusal) {}

  private final List<Queued> commands = new ArrayList<>();
  private long bytes;
  private int slot = NO_SLOT;
  private boolean crossesSlots;
  private boolean failed;
  private boolean mayWrite;

  /** @param inSlot where its keys are; {@link #NO_SLOT}: it has none */
  Reply add(Request request, boolean onSession, int inSlot, boolean mayChange) {
    if (failed) {
      return Reply.QUEUED;
    }
    if (commands.size() == MAX_COMMANDS) {
      return fail(TOO_MANY);
    }
    bytes += request.rawLength() + COMMAND_BYTES;
    if (bytes > MAX_BYTES) {
      return fail(TOO_LONG);
    }
    if (inSlot != NO_SLOT) {
      crossesSlots |= slot != NO_SLOT && slot != inSlot;
      slot = inSlot;
    }
    mayWrite |= mayChange;
    byte[] copy = new byte[request.rawLength()];
    request.raw().readBytes(copy);
    commands.add(new Queued(copy, onSession, null));
    return Reply.QUEUED;
  }

  /** A command could not be queued: EXEC will refuse, and nothing need be kept. */
  Reply.Err fail(Reply.Err why) {
    failed = true;
    commands.clear();
    bytes = 0;
    return why;
  }

  /** Looks at all commands again: one that is refused now has that for its reply, and its place. */
  void recheck(Function<Request, Reply.@Nullable Err> check) {
    commands.replaceAll(each -> {
      Request request = Transaction.parse(each.bytes);
      Reply.Err refusal = check.apply(request);
      request.release();
      return refusal == null ? each : new Queued(each.bytes, true, refusal);
    });
  }

  List<Queued> commands() {
    return commands;
  }

  boolean runsOnSession() {
    return commands.stream().anyMatch(Queued::onSession);
  }

  boolean runsInSlot() {
    return commands.stream().anyMatch(each -> !each.onSession);
  }

  List<byte[]> inSlot() {
    return commands.stream().filter(each -> !each.onSession).map(Queued::bytes).toList();
  }

  /** The same for a user, whose name goes with scripts. @param client as CLIENT INFO shows it */
  List<byte[]> inSlotAs(String user, String client) {
    return inSlot().stream().map(bytes -> {
      Request request = Transaction.parse(bytes);
      return UsersScript.isScript(request)
          ? ByteBufUtil.getBytes(new UsersScript(user, client, request).encode().raw())
          : bytes;
    }).toList();
  }

  int size() {
    return commands.size();
  }

  long bytes() {
    return bytes;
  }

  int slot() {
    return slot;
  }

  boolean crossesSlots() {
    return crossesSlots;
  }

  boolean isFailed() { return failed; }

  boolean mayWrite() {
    return mayWrite;
  }
}
