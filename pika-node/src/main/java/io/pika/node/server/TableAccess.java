package io.pika.node.server;

import io.pika.core.model.Table;
import io.pika.core.model.TableState;
import io.pika.core.topology.Topology;
import io.pika.proxy.protocol.Reply;
import org.jspecify.annotations.Nullable;

/**
 * Whether a session may use the table that it is on, by the topology as it is now: a changed password, a block and a
 * drop hold from the next command on. Any thread.
 */
final class TableAccess {
  static final Reply.Err NO_AUTH = Reply.error("NOAUTH Authentication required.");
  private static final Reply.Err UNPROVEN = Reply
      .error("NOAUTH The password was kept for the next SELECT; select the table that it belongs to.");
  private static final Reply.Err DROPPED = Reply.error("ERR this table was dropped; select another one");
  private static final Reply.Err BLOCKED = Reply.error("ERR this table is blocked by its operator");
  private static final Reply.Err CREATING = Reply
      .error("TRYAGAIN this table is being created; try again in a moment");
  private static final Reply.Err NO_TOPOLOGY = Reply
      .error("LOADING this node waits for the manager to tell it the tables");

  private final Topology topology;
  private final TableUsers users;
  private final boolean requirePassword;

  /** @param requirePassword tables without a password are served to nobody; else to clients on this machine */
  TableAccess(Topology topology, TableUsers users, boolean requirePassword) {
    this.topology = topology;
    this.users = users;
    this.requirePassword = requirePassword;
  }

  /** Null when it may. */
  Reply.@Nullable Err refusal(Session session) {
    if (session.isUnproven()) {
      return UNPROVEN;
    }
    Table table = find(session.table());
    if (table == null) {
      if (topology.version() == 0) {
        return NO_TOPOLOGY;
      }
      return session.provenHash() == null && session.user() == null ? NO_AUTH : DROPPED;
    }
    if (!admits(session, table)) {
      return NO_AUTH;
    }
    if (table.blocked()) {
      return BLOCKED;
    }
    return table.state() == TableState.CREATING ? CREATING : null;
  }

  private boolean admits(Session session, Table table) {
    if (session.user() != null) {
      return !users.isGone(session);
    }
    return table.isOpen() ? servesOpenTables(session) : table.passwordHash().equals(session.provenHash());
  }

  boolean servesOpenTables(Session session) {
    return session.isLoopback() && !requirePassword;
  }

  /** A table that is being dropped is not there any more. */
  @Nullable
  Table find(int id) {
    return notDropping(topology.table(id));
  }

  /** By name, or by index where there is no such name. */
  @Nullable
  Table find(String nameOrIndex) {
    Table named = notDropping(topology.table(nameOrIndex));
    if (named != null || nameOrIndex.isEmpty() || nameOrIndex.length() > 9
        || !nameOrIndex.chars().allMatch(letter -> letter >= '0' && letter <= '9')) {
      return named;
    }
    return find(Integer.parseInt(nameOrIndex));
  }

  private static @Nullable Table notDropping(@Nullable Table table) {
    return table == null || table.state() == TableState.DROPPING ? null : table;
  }
}
