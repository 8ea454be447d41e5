package io.pika.node.server;

import io.pika.node.pubsub.ChannelKind;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import io.pika.proxy.protocol.SubCommand;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.LongSupplier;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * CLIENT, as networking.c of Redis 7.0 answers it, but that a connection sees, kills and pauses only connections of its
 * own table.
 */
final class ClientCommands {
  private static final Reply.Err NO_SUCH_CLIENT = Reply.error("ERR No such client");
  private static final Reply.Err BAD_ID = Reply.error("ERR client-id should be greater than 0");

  private static final Reply.Err NOT_TRACKING = Reply
      .error("ERR CLIENT CACHING can be called only when the client is in"
          + " tracking mode with OPTIN or OPTOUT mode enabled");

  private final ClientConnections connections;
  private final Pauses pauses;
  private final TableNames names;
  private final LongSupplier nanoTime;

  /** Names of tables for what people read. */
  interface TableNames {
    String name(int table);
  }

  ClientCommands(ClientConnections connections, Pauses pauses, TableNames names, LongSupplier nanoTime) {
    this.connections = connections;
    this.pauses = pauses;
    this.names = names;
    this.nanoTime = nanoTime;
  }

  Reply run(ClientConnection connection, SubCommand subCommand, Request request) {
    Session session = connection.session();
    Args args = new Args(request, 2);
    return switch (subCommand) {
      case CLIENT_ID -> Reply.of(connection.id());
      case CLIENT_GETNAME -> session.name().isEmpty() ? Reply.NIL : Reply.bulk(session.name());
      case CLIENT_SETNAME -> {
        session.name(ClientNames.checked(args.takeBytes()));
        yield Reply.OK;
      }
      case CLIENT_INFO -> Reply.verbatim("txt", line(connection));
      case CLIENT_LIST -> list(connection, args);
      case CLIENT_KILL ->
        request.size() == 3 ? killAddress(connection, args) : killMatching(connection, args);
      case CLIENT_PAUSE -> pause(session, args);
      case CLIENT_UNPAUSE -> {
        pauses.resume(session.table());
        yield Reply.OK;
      }
      case CLIENT_REPLY -> reply(session, args);
      case CLIENT_NO_EVICT -> noEvict(args);
      case CLIENT_UNBLOCK -> unblock(connection, args);
      case CLIENT_GETREDIR -> Reply.MINUS_ONE;
      case CLIENT_TRACKINGINFO -> Reply.map(Reply.bulk("flags"), Reply.set(List.of(Reply.bulk("off"))),
          Reply.bulk("redirect"), Reply.MINUS_ONE, Reply.bulk("prefixes"), Reply.EMPTY_ARRAY);
      case CLIENT_CACHING -> NOT_TRACKING;
      case CLIENT_HELP -> HelpTexts.CLIENT;
      default -> throw new IllegalStateException(subCommand.redisName() + " is not served but came here");
    };
  }

  /** A connection of the same table whose command waits answers as if its time were over, or an error. */
  private Reply unblock(ClientConnection asking, Args args) {
    long id = args.takeLong();
    WaitingClient.End how = WaitingClient.End.AS_TIMEOUT;
    if (args.hasNext()) {
      how = switch (args.takeUpper()) {
        case "TIMEOUT" -> WaitingClient.End.AS_TIMEOUT;
        case "ERROR" -> WaitingClient.End.AS_ERROR;
        default -> throw new RefusalException("ERR CLIENT UNBLOCK reason should be TIMEOUT or ERROR");
      };
    }
    args.expectEnd();
    for (ClientConnection each : connections.on(asking.session().table())) {
      if (each.id() == id && each.isWaiting()) {
        each.unblock(how);
        return Reply.ONE;
      }
    }
    return Reply.ZERO;
  }

  /** No client is ever evicted, so there is nothing to remember. */
  private static Reply noEvict(Args args) {
    return switch (args.takeUpper()) {
      case "ON", "OFF" -> Reply.OK;
      default -> throw new RefusalException(Reply.SYNTAX_ERROR);
    };
  }

  private static Reply reply(Session session, Args args) {
    switch (args.takeUpper()) {
      case "ON" -> session.replies(Session.Replies.ON);
      case "OFF" -> session.replies(Session.Replies.OFF);
      case "SKIP" -> session.skipNextReply();
      default -> throw new RefusalException(Reply.SYNTAX_ERROR);
    }
    return Reply.OK;
  }

  private Reply pause(Session session, Args args) {
    Reply.Err notATimeout = Reply.error("ERR timeout is not an integer or out of range");
    long forMs = args.takeLong(notATimeout);
    boolean writesOnly = false;
    if (args.hasNext()) {
      switch (args.takeUpper()) {
        case "WRITE" -> writesOnly = true;
        case "ALL" -> writesOnly = false;
        default -> throw new RefusalException("ERR CLIENT PAUSE mode must be WRITE or ALL");
      }
    }
    args.expectEnd();
    if (forMs < 0) {
      throw new RefusalException("ERR timeout is negative");
    }
    if (forMs > Long.MAX_VALUE / 2_000_000) {
      throw new RefusalException(notATimeout);
    }
    pauses.pause(session.table(), forMs, writesOnly);
    return Reply.OK;
  }

  private Reply list(ClientConnection connection, Args args) {
    Predicate<ClientConnection> shown = any -> true;
    if (args.hasNext()) {
      String option = args.takeUpper();
      if (option.equals("TYPE") && args.remaining() == 1) {
        shown = ofType(args);
      } else if (option.equals("ID") && args.hasNext()) {
        shown = ids(args);
      } else {
        throw new RefusalException(Reply.SYNTAX_ERROR);
      }
    }
    StringBuilder lines = new StringBuilder();
    connections.on(connection.session().table()).stream().filter(shown)
        .forEach(each -> lines.append(line(each)));
    return Reply.verbatim("txt", lines.toString());
  }

  /** Every client is a normal one or a subscriber. */
  private static Predicate<ClientConnection> ofType(Args args) {
    String type = args.takeText();
    return switch (type.toLowerCase(Locale.ROOT)) {
      case "normal" -> each -> !each.session().isSubscriber();
      case "pubsub" -> each -> each.session().isSubscriber();
      case "replica", "slave", "master" -> any -> false;
      default -> throw new RefusalException("ERR Unknown client type '" + type + "'");
    };
  }

  private static Predicate<ClientConnection> ids(Args args) {
    Set<Long> ids = new HashSet<>();
    while (args.hasNext()) {
      ids.add(args.takeLong(Reply.error("ERR Invalid client ID")));
    }
    return each -> ids.contains(each.id());
  }

  private Reply killAddress(ClientConnection connection, Args args) {
    String address = args.takeText();
    boolean found = kill(connection, each -> each.address().equals(address), false) > 0;
    return found ? Reply.OK : NO_SUCH_CLIENT;
  }

  private Reply killMatching(ClientConnection connection, Args args) {
    Predicate<ClientConnection> victims = any -> true;
    boolean skipMe = true;
    while (args.hasNext()) {
      if (args.remaining() % 2 != 0) {
        throw new RefusalException(Reply.SYNTAX_ERROR);
      }
      switch (args.takeUpper()) {
        case "ID" -> {
          long id = args.takeLong(1, Long.MAX_VALUE, BAD_ID);
          victims = victims.and(each -> each.id() == id);
        }
        case "ADDR" -> {
          String address = args.takeText();
          victims = victims.and(each -> each.address().equals(address));
        }
        case "LADDR" -> {
          String address = args.takeText();
          victims = victims.and(each -> each.localAddress().equals(address));
        }
        case "TYPE" -> victims = victims.and(ofType(args));
        case "USER" -> {
          String user = args.takeText();
          victims = victims.and(each -> isUser(each.session(), user));
        }
        case "SKIPME" -> skipMe = switch (args.takeUpper()) {
          case "YES" -> true;
          case "NO" -> false;
          default -> throw new RefusalException(Reply.SYNTAX_ERROR);
        };
        default -> throw new RefusalException(Reply.SYNTAX_ERROR);
      }
    }
    return Reply.of(kill(connection, victims, skipMe));
  }

  /** Who kills itself still gets its answer. */
  private int kill(ClientConnection killer, Predicate<ClientConnection> victims, boolean skipMe) {
    int killed = 0;
    for (ClientConnection each : connections.on(killer.session().table())) {
      if (!victims.test(each) || each == killer && skipMe) {
        continue;
      }
      killed++;
      if (each == killer) {
        each.finish();
      } else {
        each.cut();
      }
    }
    return killed;
  }

  /** One line as of Redis 7.0; what has no meaning here is shown as Redis shows none of it. */
  String line(ClientConnection each) {
    Session session = each.session();
    long now = nanoTime.getAsLong();
    return "id=" + each.id() + " addr=" + each.address() + " laddr=" + each.localAddress() + " fd=-1 name="
        + session.name() + " age=" + seconds(now - each.connectedAtNanos()) + " idle="
        + seconds(now - each.lastActiveNanos()) + " flags=" + flags(each) + " db=" + session.table()
        + " sub="
        + session.channels().size(ChannelKind.CHANNEL) + " psub="
        + session.channels().size(ChannelKind.PATTERN)
        + " ssub=" + session.channels().size(ChannelKind.SHARD) + " multi=" + session.queued() + " qbuf="
        + each.inputBytes()
        + " qbuf-free=0 argv-mem=0 multi-mem=0 rbs=0"
        + " rbp=0 obl=0 oll=0 omem=" + each.outputBytes() + " tot-mem="
        + (each.inputBytes() + each.outputBytes())
        + " events=r cmd=" + each.lastCommand() + " user=" + user(session) + " redir=-1 resp="
        + session.protocol() + "\n";
  }

  /** The table's own password has the table's name, and {@code default}. */
  private boolean isUser(Session session, String name) {
    return name.equals(user(session)) || session.user() == null && name.equals(TableUsers.DEFAULT);
  }

  private String user(Session session) {
    String user = session.user();
    return user == null ? names.name(session.table()) : user;
  }

  private static String flags(ClientConnection each) {
    Session session = each.session();
    String flags = (session.isSubscriber() ? "P" : "") + (session.queued() < 0 ? "" : "x")
        + (each.isWaiting() ? "b" : "");
    return flags.isEmpty() ? "N" : flags;
  }

  private static long seconds(long nanos) {
    return Math.max(0, nanos / 1_000_000_000L);
  }

  /** For bindings: CLIENT answers at once. */
  void run(ClientConnection connection, Request request, PendingReply reply) {
    @Nullable SubCommand subCommand = request.subCommand();
    if (subCommand == null) {
      throw new IllegalStateException("the dispatcher lets only known sub-commands through");
    }
    Reply answer = run(connection, subCommand, request);
    if (subCommand == SubCommand.CLIENT_REPLY) {
      reply.silent(!connection.session().sendsReplies());
    }
    reply.complete(answer);
  }
}
