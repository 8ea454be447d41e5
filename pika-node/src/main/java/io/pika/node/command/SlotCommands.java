package io.pika.node.command;

import io.pika.node.acl.Denial;
import io.pika.node.acl.UserReplies;
import io.pika.node.engine.KeyHandler;
import io.pika.node.script.ScriptHost;
import io.pika.node.store.KeySpace;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.CommandSpec;
import io.pika.proxy.protocol.Flag;
import io.pika.proxy.protocol.KeyFinder;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import io.pika.proxy.protocol.SubCommand;
import io.pika.proxy.protocol.Support;
import io.pika.proxy.routing.SlotHash;
import org.jspecify.annotations.Nullable;

/** The commands that a script may call, in its slot: with the checks of scriptCall of script.c of Redis 7.0. */
final class SlotCommands implements ScriptHost {
  /** Of one script: they are held until they are safe, and then sent all at once. */
  private static final int MAX_MESSAGES = 1024;
  private static final long MAX_MESSAGE_BYTES = 4 << 20;
  private static final Reply.Err TOO_MANY_MESSAGES = Reply.error("ERR a script may publish " + MAX_MESSAGES
      + " messages of " + MAX_MESSAGE_BYTES + " bytes together");
  private static final String NOT_LOCAL = "ERR Script attempted to access a non local key in a cluster node";
  /** How many get a message is not known before it is sent, when the script has ended. */
  private static final Reply NOBODY_YET = Reply.of(0);

  private final Handlers handlers;
  private final KeySpace keys;
  private final int slots;
  private final boolean readOnly;
  private final ScriptRights rights;
  private int messages;
  private long messageBytes;

  SlotCommands(Handlers handlers, KeySpace keys, int slots, boolean readOnly, ScriptRights rights) {
    this.handlers = handlers;
    this.keys = keys;
    this.slots = slots;
    this.readOnly = readOnly;
    this.rights = rights;
  }

  @Override
  public boolean isKnown(Request request) {
    return row(request) != null;
  }

  @Override
  public boolean mayRun(Request request) {
    return rights.allow(request);
  }

  private static @Nullable CommandSpec row(Request request) {
    Command command = request.command();
    if (command == null) {
      return null;
    }
    SubCommand subCommand = request.subCommand();
    if (subCommand == null && request.size() > 1 && !command.subCommands().isEmpty()) {
      return null;
    }
    return subCommand == null ? command.spec() : subCommand.spec();
  }

  @Override
  public Reply run(Request request) throws NotAllowed {
    CommandSpec row = row(request);
    if (row == null) {
      throw new NotAllowed("ERR Unknown Redis command called from script");
    }
    if (!row.hasArity(request.size())) {
      throw new NotAllowed("ERR Wrong number of args calling Redis command from script");
    }
    if (row.flags().contains(Flag.NOSCRIPT)) {
      throw new NotAllowed("ERR This Redis command is not allowed from script");
    }
    Denial denial = rights.denial(request);
    if (denial != null) {
      throw new NotAllowed(UserReplies.refusalInScript(denial));
    }
    if (readOnly && (row.mayWrite())) {
      throw new NotAllowed("ERR Write commands are not allowed from read-only scripts.");
    }
    if (row.support() == Support.REFUSED) {
      throw new NotAllowed("ERR '" + row.redisName() + "' is not served: " + row.note());
    }
    checkKeys(request);
    return runChecked(request, row);
  }

  /** scriptVerifyClusterState of script.c: another slot is as far away as another node. */
  private void checkKeys(Request request) throws NotAllowed {
    int first = -1;
    for (int position : KeyFinder.keyPositions(request)) {
      int slot = SlotHash.slot(request.arg(position), slots);
      if (first >= 0 && slot != first) {
        throw new NotAllowed("ERR Script attempted to access keys that do not hash to the same slot");
      }
      first = slot;
    }
    if (first >= 0 && first != keys.slot()) {
      throw new NotAllowed(NOT_LOCAL);
    }
  }

  private Reply runChecked(Request request, CommandSpec row) throws NotAllowed {
    Reply.Err sortRefusal = rights.sortRefusal(request);
    if (sortRefusal != null) {
      return sortRefusal;
    }
    KeyHandler handler = handlers.find(request);
    if (handler == null) {
      return onSession(request, row);
    }
    KeySpace.Savepoint before = keys.savepoint();
    try {
      return handler.run(new Args(request, 1), keys);
    } catch (RefusalException refused) {
      before.takeBack();
      return refused.reply();
    }
  }

  private Reply onSession(Request request, CommandSpec row) throws NotAllowed {
    return switch (request.command()) {
      case PING -> request.size() == 1 ? Reply.PONG : Reply.bulk(request.arg(1));
      case ECHO -> Reply.bulk(request.arg(1));
      case TIME -> Reply.array(Reply.bulk(Long.toString(keys.nowMs() / 1000)),
          Reply.bulk(Long.toString(keys.nowMs() % 1000 * 1000)));
      case PUBLISH -> publish(request, false);
      case SPUBLISH -> publish(request, true);
      case null, default -> throw new NotAllowed(
          "ERR '" + row.redisName() + "' cannot run in a script: it does not run in one slot");
    };
  }

  private Reply publish(Request request, boolean toShard) throws NotAllowed {
    byte[] channel = request.arg(1);
    byte[] content = request.arg(2);
    if (toShard && SlotHash.slot(channel, slots) != keys.slot()) {
      throw new NotAllowed(NOT_LOCAL);
    }
    long bytes = messageBytes + channel.length + content.length;
    if (messages == MAX_MESSAGES || bytes > MAX_MESSAGE_BYTES) {
      return TOO_MANY_MESSAGES;
    }
    keys.publish(toShard, channel, content);
    messages++;
    messageBytes = bytes;
    return NOBODY_YET;
  }
}
