package io.pika.node.server;

import io.pika.core.model.Table;
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
  /** The user that clients send along when they were given only a password. */
  private static final String NO_USER = "default";
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
  private final PasswordChecks passwords;
  private final Statistics statistics;
  private final Subscriptions subscriptions;

  LoginCommands(TableAccess access, PasswordChecks passwords, Statistics statistics,
      Subscriptions subscriptions) {
    this.access = access;
    this.passwords = passwords;
    this.statistics = statistics;
    this.subscriptions = subscriptions;
  }

  private record Credentials(String user, byte[] password) {}

  void auth(ClientConnection connection, Request request, PendingReply reply) {
    if (request.size() > 3) {
      throw new RefusalException(Reply.SYNTAX_ERROR);
    }
    Credentials given = request.size() == 2
        ? new Credentials(NO_USER, request.arg(1))
        : new Credentials(request.text(1), request.arg(2));
    login(connection, given, error -> reply.complete(error == null ? Reply.OK : error));
  }

  /** @param done told on the connection's event loop, with an error or null */
  private void login(ClientConnection connection, Credentials given, Consumer<Reply.@Nullable Err> done) {
    if (given.user.equals(NO_USER)) {
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
      session.keep(password);
      session.lock();
      done.accept(null);
      return;
    }
    check(connection, table, table.name(), password, verdict -> {
      if (verdict == PasswordChecks.Verdict.RATIONED || verdict == PasswordChecks.Verdict.BUSY) {
        done.accept(error(verdict));
        return;
      }
      session.keep(password);
      if (verdict == PasswordChecks.Verdict.FITS) {
        enter(connection, table);
      } else {
        session.lock();
      }
      done.accept(null);
    });
  }

  /** {@code table} alone is the table's own password; there are no {@code user@table} yet, so none fits. */
  private void loginTo(ClientConnection connection, Credentials given, Consumer<Reply.@Nullable Err> done) {
    Table named = access.find(given.user);
    Table table = named != null && named.name().equals(given.user) && !named.isOpen() ? named : null;
    check(connection, table, given.user, given.password, verdict -> {
      if (verdict == PasswordChecks.Verdict.FITS && table != null) {
        connection.session().keep(given.password);
        enter(connection, table);
        done.accept(null);
      } else {
        done.accept(verdict == PasswordChecks.Verdict.REFUSED ? WRONG_PASSWORD : error(verdict));
      }
    });
  }

  void select(ClientConnection connection, Request request, PendingReply reply) {
    Session session = connection.session();
    String name = request.text(1);
    Table table = access.find(name);
    if (table != null && table.isOpen() && access.servesOpenTables(session)) {
      enter(connection, table);
      reply.complete(Reply.OK);
      return;
    }
    if (table != null && table.id() == session.table() && table.passwordHash().equals(session.provenHash())) {
      enter(connection, table);
      reply.complete(Reply.OK);
      return;
    }
    byte[] password = session.keptPassword();
    if (password == null) {
      reply.complete(NO_TABLE);
      return;
    }
    Table closed = table == null || table.isOpen() ? null : table;
    check(connection, closed, name, password, verdict -> {
      if (verdict == PasswordChecks.Verdict.FITS && closed != null) {
        enter(connection, closed);
        reply.complete(Reply.OK);
      } else {
        reply.complete(verdict == PasswordChecks.Verdict.REFUSED ? NO_TABLE : error(verdict));
      }
    });
  }

  /** The channels of another table stay behind. */
  private void enter(ClientConnection connection, Table table) {
    Session session = connection.session();
    if (table.id() != session.table()) {
      Subscribing.leave(subscriptions, connection);
    }
    session.enter(table.id(), table.isOpen() ? null : table.passwordHash());
  }

  private static Reply.Err error(PasswordChecks.Verdict verdict) {
    return switch (verdict) {
      case RATIONED -> RATIONED;
      case BUSY -> BUSY;
      case REFUSED, FITS -> WRONG_PASSWORD;
    };
  }

  private void check(ClientConnection connection, @Nullable Table table, String name, byte[] password,
      Consumer<PasswordChecks.Verdict> then) {
    String address = Addresses.host(connection.channel().remoteAddress());
    passwords.check(table, name, password, address, verdict -> {
      if (verdict != PasswordChecks.Verdict.FITS) {
        statistics.passwordsRefused.increment();
      }
      if (connection.channel().eventLoop().inEventLoop()) {
        then.accept(verdict);
      } else {
        connection.channel().eventLoop().execute(() -> then.accept(verdict));
      }
    });
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
