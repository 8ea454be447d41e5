package io.pika.node.server;

import io.pika.core.model.Table;
import io.pika.node.acl.User;
import io.pika.node.pubsub.Subscriptions;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * AUTH, HELLO, SELECT and RESET: who a connection is and which table it is on. See docs/connecting.md. A table that
 * does not exist, one whose password was not given and one whose password is wrong are answered in the same words and
 * the same time.
 */
final class LoginCommands {
  private static final Reply.Err WRONG_PASSWORD = Reply
      .error("WRONGPASS invalid username-password pair or user is disabled.");
  private static final Reply.Err NO_TABLE = Reply
      .error("WRONGPASS there is no such table, or the password of AUTH does not fit it");
  private static final Reply.Err RATIONED = Reply
      .error("WRONGPASS too many wrong passwords from your address; try again in a second");
  private static final Reply.Err BUSY = Reply.error("ERR too many logins at a time; try again in a second");
  private static final Reply.Err HELLO_NEEDS_AUTH = Reply
      .error("NOAUTH HELLO must be called with the client already"
          + " authenticated, otherwise the HELLO <proto> AUTH <user> <pass> option can be used to authenticate the client"
          + " and select the RESP protocol version at the same time");

  private final TableAccess access;
  private final TableUsers users;
  private final PasswordChecks passwords;
  private final Statistics statistics;
  private final Subscriptions subscriptions;
  private final AccessLog log;

  LoginCommands(TableAccess access, TableUsers users, PasswordChecks passwords, Statistics statistics,
      Subscriptions subscriptions, AccessLog log) {
    this.access = access;
    this.users = users;
    this.log = log;
    this.passwords = passwords;
    this.statistics = statistics;
    this.subscriptions = subscriptions;
  }

  private record Credentials(String user, byte[] password) {}

  /**
   * One meaning that a name may have.
   *
   * @param table null: there is no such table
   * @param user null: the table's own password
   */
  private record Way(@Nullable Table table, @Nullable String user, PasswordChecks.Candidate candidate) {
    void logRefusal(Session session, AccessLog log) {
      if (table != null) {
        log.loginRefused(session, table.id(), user == null ? TableUsers.DEFAULT : user);
      }
    }
  }

  void auth(ClientConnection connection, Request request, PendingReply reply) {
    if (request.size() > 3) {
      throw new RefusalException(Reply.SYNTAX_ERROR);
    }
    Credentials given = request.size() == 2
        ? new Credentials(TableUsers.DEFAULT, request.arg(1))
        : new Credentials(request.text(1), request.arg(2));
    login(connection, given, error -> reply.complete(error == null ? Reply.OK : error));
  }

  /** @param done told on the connection's event loop, with an error or null */
  private void login(ClientConnection connection, Credentials given, Consumer<Reply.@Nullable Err> done) {
    if (given.user.equals(TableUsers.DEFAULT)) {
      loginToCurrentTable(connection, given.password, done);
    } else {
      loginTo(connection, given, done);
    }
  }

  /** A password alone: it fits the table that the connection is on, or is kept for the next SELECT. */
  private void loginToCurrentTable(ClientConnection connection, byte[] password,
      Consumer<Reply.@Nullable Err> done) {
    Session session = connection.session();
    Table table = access.find(session.table());
    if (table == null || table.isOpen()) {
      session.keep(password, null);
      session.lock();
      done.accept(null);
      return;
    }
    check(connection, List.of(way(table, table.name(), null)), password,
        (verdict, found) -> {
          if (verdict == PasswordChecks.Verdict.RATIONED || verdict == PasswordChecks.Verdict.BUSY) {
            done.accept(error(verdict));
            return;
          }
          session.keep(password, null);
          if (verdict == PasswordChecks.Verdict.FITS) {
            enter(connection, table, null);
          } else {
            session.lock();
          }
          done.accept(null);
        });
  }

  private void loginTo(ClientConnection connection, Credentials given, Consumer<Reply.@Nullable Err> done) {
    List<Way> ways = ways(connection.session(), given.user);
    check(connection, ways, given.password, (verdict, found) -> {
      if (verdict != PasswordChecks.Verdict.FITS) {
        done.accept(verdict == PasswordChecks.Verdict.REFUSED ? WRONG_PASSWORD : error(verdict));
        return;
      }
      Way way = ways.get(found);
      if (way.table != null) {
        connection.session().keep(given.password, way.user);
        enter(connection, way.table, way.user);
      }
      done.accept(null);
    });
  }

  /**
   * {@code table} is the table's own password, {@code user@table} a user of it; and a name is a user of the table that the
   * connection is on, whenever that has users: how long an answer takes does not depend on the name. The table comes
   * first, so that nobody's user stands before another table.
   */
  private List<Way> ways(Session session, String name) {
    List<Way> ways = new ArrayList<>();
    int at = name.lastIndexOf('@');
    String tableName = name.substring(at + 1);
    String user = at < 0 ? TableUsers.DEFAULT : name.substring(0, at);
    Table named = access.find(tableName);
    Table exactly = named != null && named.name().equals(tableName) ? named : null;
    ways.add(way(exactly, tableName, user.equals(TableUsers.DEFAULT) ? null : user));
    Table current = access.find(session.table());
    if (current != null && !users.set(current.id()).all().isEmpty()) {
      ways.add(way(current, current.name(), name));
    }
    return ways;
  }

  /** @param name of the table as the client wrote it */
  private Way way(@Nullable Table table, String name, @Nullable String user) {
    PasswordChecks.Secret secret = null;
    if (table != null && user == null) {
      secret = table.isOpen() ? null : PasswordChecks.Secret.of(table);
    } else if (table != null && user != null) {
      User known = users.find(table.id(), user);
      secret = known == null || !known.isEnabled() ? null : PasswordChecks.Secret.of(table, user, known);
    }
    return new Way(table, user, new PasswordChecks.Candidate(name, secret));
  }

  void select(ClientConnection connection, Request request, PendingReply reply) {
    Session session = connection.session();
    String name = request.text(1);
    Table table = access.find(name);
    if (table != null && isProvenFor(session, table)) {
      reply.complete(Reply.OK);
      return;
    }
    if (table != null && table.isOpen() && access.servesOpenTables(session)) {
      enter(connection, table, null);
      reply.complete(Reply.OK);
      return;
    }
    byte[] password = session.keptPassword();
    if (password == null) {
      reply.complete(NO_TABLE);
      return;
    }
    Way way = way(table, name, session.keptUser());
    check(connection, List.of(way), password, (verdict, found) -> {
      if (verdict == PasswordChecks.Verdict.FITS && way.table != null) {
        enter(connection, way.table, way.user);
        reply.complete(Reply.OK);
      } else {
        reply.complete(verdict == PasswordChecks.Verdict.REFUSED ? NO_TABLE : error(verdict));
      }
    });
  }

  /** It is on that table already, and stays who it is. */
  private boolean isProvenFor(Session session, Table table) {
    if (table.id() != session.table() || session.isUnproven()) {
      return false;
    }
    return session.user() != null
        ? !users.isGone(session)
        : table.passwordHash().equals(session.provenHash());
  }

  /** The channels of another table, or of another user, stay behind. */
  private void enter(ClientConnection connection, Table table, @Nullable String user) {
    Session session = connection.session();
    if (table.id() != session.table() || user != null && !user.equals(session.user())) {
      Subscribing.leave(subscriptions, connection);
    }
    if (user == null) {
      session.enter(table.id(), table.isOpen() ? null : table.passwordHash());
    } else {
      session.enterAs(table.id(), user);
    }
  }

  private static Reply.Err error(PasswordChecks.Verdict verdict) {
    return switch (verdict) {
      case RATIONED -> RATIONED;
      case BUSY -> BUSY;
      case REFUSED, FITS -> WRONG_PASSWORD;
    };
  }

  private void check(ClientConnection connection, List<Way> ways, byte[] password,
      PasswordChecks.Answer then) {
    String address = Addresses.host(connection.channel().remoteAddress());
    passwords.check(ways.stream().map(Way::candidate).toList(), password, address,
        (verdict, found) -> connection.onLoop(() -> {
          if (verdict != PasswordChecks.Verdict.FITS) {
            statistics.passwordsRefused.increment();
          }
          if (verdict == PasswordChecks.Verdict.REFUSED) {
            ways.forEach(way -> way.logRefusal(connection.session(), log));
          }
          then.checked(verdict, found);
        }));
  }

  /** HELLO [protocol [AUTH user password] [SETNAME name]], as helloCommand of Redis 7.0. */
  void hello(ClientConnection connection, Request request, PendingReply reply) {
    Args args = new Args(request, 1);
    int protocol = connection.session().protocol();
    if (args.hasNext()) {
      long asked = args.takeLong(Reply.error("ERR Protocol version is not an integer or out of range"));
      if (asked != 2 && asked != 3) {
        throw new RefusalException("NOPROTO unsupported protocol version");
      }
      protocol = (int) asked;
    }
    Credentials credentials = null;
    String name = null;
    while (args.hasNext()) {
      String option = args.takeText();
      if (option.equalsIgnoreCase("AUTH") && args.remaining() >= 2) {
        credentials = new Credentials(args.takeText(), args.takeBytes());
      } else if (option.equalsIgnoreCase("SETNAME") && args.remaining() >= 1) {
        name = ClientNames.checked(args.takeBytes());
      } else {
        throw new RefusalException("ERR Syntax error in HELLO option '" + option + "'");
      }
    }
    Greeting greeting = new Greeting(protocol, name);
    if (credentials == null) {
      greet(connection, greeting, access.refusal(connection.session()) == TableAccess.NO_AUTH, reply);
      return;
    }
    login(connection, credentials, error -> {
      if (error != null) {
        reply.complete(error);
      } else {
        greet(connection, greeting, false, reply);
      }
    });
  }

  private record Greeting(int protocol, @Nullable String name) {}

  private static void greet(ClientConnection connection, Greeting greeting, boolean refused,
      PendingReply reply) {
    if (refused) {
      reply.complete(HELLO_NEEDS_AUTH);
      return;
    }
    Session session = connection.session();
    session.protocol(greeting.protocol);
    if (greeting.name != null) {
      session.name(greeting.name);
    }
    List<Reply> fields = new ArrayList<>();
    fields.addAll(List.of(Reply.bulk("server"), Reply.bulk("redis")));
    fields.addAll(List.of(Reply.bulk("version"), Reply.bulk(InfoReport.REDIS_VERSION)));
    fields.addAll(List.of(Reply.bulk("proto"), Reply.of(greeting.protocol)));
    fields.addAll(List.of(Reply.bulk("id"), Reply.of(connection.id())));
    fields.addAll(List.of(Reply.bulk("mode"), Reply.bulk("standalone")));
    fields.addAll(List.of(Reply.bulk("role"), Reply.bulk("master")));
    fields.addAll(List.of(Reply.bulk("modules"), Reply.EMPTY_ARRAY));
    reply.complete(Reply.map(fields));
  }

  void reset(ClientConnection connection, Request request, PendingReply reply) {
    Subscribing.leave(subscriptions, connection);
    connection.session().reset();
    reply.complete(Reply.simple("RESET"));
  }
}
