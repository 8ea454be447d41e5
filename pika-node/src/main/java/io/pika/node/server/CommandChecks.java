package io.pika.node.server;

import io.pika.node.acl.Denial;
import io.pika.node.acl.SortRights;
import io.pika.node.acl.User;
import io.pika.node.acl.UserReplies;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.CommandSpec;
import io.pika.proxy.protocol.Flag;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import io.pika.proxy.protocol.SubCommand;
import io.pika.proxy.protocol.Support;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What stands between a request and its command, in this order, which is part of the meaning: the command is known,
 * has the right number of arguments, the session may use its table, a transaction may hold it, the session's user may
 * run it on these keys and channels, a subscriber may send it, the command is served, SORT may read what its patterns
 * name. What a script calls is judged where it runs, see {@link io.pika.node.command.UsersScript}. All but the last two are processCommand of Redis 7.0, word for word.
 */
final class CommandChecks {
  private static final int QUOTED_BYTES = 128;
  private static final Reply.Err NOT_IN_TRANSACTION = Reply
      .error("ERR Command not allowed inside a transaction");
  /** In RESP2. */
  private static final Set<Command> OF_SUBSCRIBERS = EnumSet.of(Command.SUBSCRIBE, Command.UNSUBSCRIBE,
      Command.PSUBSCRIBE, Command.PUNSUBSCRIBE, Command.SSUBSCRIBE, Command.SUNSUBSCRIBE, Command.PING,
      Command.QUIT, Command.RESET);

  private final TableAccess access;
  private final TableUsers users;
  private final Denials denials;

  /** Is told what was refused to users. */
  interface Denials {
    void denied(Session session, Request request, Denial denial);
  }

  CommandChecks(TableAccess access, TableUsers users, Denials denials) {
    this.access = access;
    this.users = users;
    this.denials = denials;
  }

  boolean admits(Session session) {
    return access.refusal(session) == null;
  }

  /** Why the request is not carried out; null when nothing is against it. A hot path. */
  Reply.@Nullable Err refusal(Session session, Request request) {
    Command command = request.command();
    SubCommand subCommand = request.subCommand();
    Reply.Err refusal = known(request, command, subCommand);
    if (refusal != null || command == null) {
      return refusal;
    }
    CommandSpec row = subCommand == null ? command.spec() : subCommand.spec();
    refusal = arity(request, row);
    refusal = refusal == null ? admitted(session, command) : refusal;
    refusal = refusal == null ? allowedInTransaction(session, row) : refusal;
    refusal = refusal == null ? permitted(session, request) : refusal;
    refusal = refusal == null ? subscriber(session, command, row) : refusal;
    refusal = refusal == null ? served(row) : refusal;
    return refusal == null ? maySort(session, request) : refusal;
  }

  private static Reply.@Nullable Err known(Request request, @Nullable Command command,
      @Nullable SubCommand subCommand) {
    if (command == null) {
      return unknownCommand(request);
    }
    if (subCommand == null && request.size() > 1 && !command.subCommands().isEmpty()) {
      ByteArrayOutputStream text = words("ERR unknown subcommand '");
      write(text, request.arg(1), QUOTED_BYTES);
      write(text, "'. Try " + command.redisName().toUpperCase(Locale.ROOT) + " HELP.");
      return Reply.error(text.toByteArray());
    }
    return null;
  }

  private static Reply.Err unknownCommand(Request request) {
    ByteArrayOutputStream quoted = new ByteArrayOutputStream();
    for (int i = 1; i < request.size() && quoted.size() < QUOTED_BYTES; i++) {
      int room = QUOTED_BYTES - quoted.size();
      quoted.write('\'');
      write(quoted, request.arg(i), room);
      write(quoted, "' ");
    }
    ByteArrayOutputStream text = words("ERR unknown command '");
    write(text, request.arg(0), QUOTED_BYTES);
    write(text, "', with args beginning with: ");
    text.writeBytes(quoted.toByteArray());
    return Reply.error(text.toByteArray());
  }

  private static Reply.@Nullable Err arity(Request request, CommandSpec row) {
    return row.hasArity(request.size()) ? null : Reply.wrongArity(row.redisName());
  }

  private Reply.@Nullable Err admitted(Session session, Command command) {
    boolean always = command == Command.SELECT || command.has(Flag.NO_AUTH);
    return always ? null : access.refusal(session);
  }

  private static Reply.@Nullable Err allowedInTransaction(Session session, CommandSpec row) {
    return session.queue() != null && row.has(Flag.NO_MULTI) ? NOT_IN_TRANSACTION : null;
  }

  private Reply.@Nullable Err permitted(Session session, Request request) {
    Denial denial = denial(session, request);
    return denial == null ? null : UserReplies.refusal(denial, request);
  }

  /** Null when nothing is against it: always for who came with the table's own password. */
  private @Nullable Denial denial(Session session, Request request) {
    User user = users.of(session);
    Denial denial = user == null ? null : user.denial(request);
    if (denial != null) {
      denials.denied(session, request, denial);
    }
    return denial;
  }

  /** At EXEC, of a command that could be queued. */
  Reply.@Nullable Err refusalAtExec(Session session, Request request) {
    Denial denial = denial(session, request);
    User user = users.of(session);
    if (denial == null && user != null) {
      return SortRights.refusal(user, request);
    }
    return denial == null ? null : UserReplies.refusalAtExec(denial);
  }

  /** SORT itself would say it, but its slot's leader does not know the user: of one that is queued, at EXEC. */
  private Reply.@Nullable Err maySort(Session session, Request request) {
    User user = session.queue() == null ? users.of(session) : null;
    return user == null ? null : SortRights.refusal(user, request);
  }

  private static Reply.@Nullable Err subscriber(Session session, Command command, CommandSpec row) {
    if (!session.isInSubscriberMode() || OF_SUBSCRIBERS.contains(command)) {
      return null;
    }
    return Reply.error("ERR Can't execute '" + row.redisName()
        + "': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING / QUIT / RESET are allowed in this context");
  }

  private static Reply.@Nullable Err served(CommandSpec row) {
    return row.support() == Support.REFUSED
        ? Reply.error("ERR '" + row.redisName() + "' is not served: " + row.note())
        : null;
  }

  private static ByteArrayOutputStream words(String text) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    write(out, text);
    return out;
  }

  private static void write(ByteArrayOutputStream out, String text) {
    out.writeBytes(text.getBytes(StandardCharsets.UTF_8));
  }

  /** As printf's %.*s: at most so many bytes, and none from a zero byte on. */
  private static void write(ByteArrayOutputStream out, byte[] text, int most) {
    int length = 0;
    while (length < text.length && length < most && text[length] != 0) {
      length++;
    }
    out.write(text, 0, length);
  }
}
