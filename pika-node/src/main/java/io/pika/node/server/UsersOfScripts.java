package io.pika.node.server;

import io.pika.node.acl.Denial;
import io.pika.node.acl.User;
import io.pika.node.command.ScriptUsers;
import io.pika.node.command.UsersScript;
import io.pika.proxy.protocol.Request;
import org.jspecify.annotations.Nullable;

/** What scripts of users may do in the slots that this node leads; what they may not is counted and logged here. Any thread. */
final class UsersOfScripts implements ScriptUsers {
  private final TableUsers users;
  private final AccessLog log;
  private final Statistics statistics;

  UsersOfScripts(TableUsers users, AccessLog log, Statistics statistics) {
    this.users = users;
    this.log = log;
    this.statistics = statistics;
  }

  @Override
  public @Nullable User find(int table, String name) {
    return users.find(table, name);
  }

  @Override
  public void denied(int table, UsersScript script, Request call, Denial denial) {
    statistics.commandsDenied.increment();
    log.deniedInScript(table, script, call, denial);
  }
}
