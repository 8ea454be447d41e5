package io.pika.node.command;

import io.pika.node.acl.Denial;
import io.pika.node.acl.User;
import io.pika.proxy.protocol.Request;
import org.jspecify.annotations.Nullable;

/** The users whose scripts run here, by the newest rules that this node knows. Any thread. */
public interface ScriptUsers {
  /** Null: there is none of that name, or none yet. */
  @Nullable
  User find(int table, String name);

  /** A script has called what its user may not do. */
  void denied(int table, UsersScript script, Request call, Denial denial);

  /** Nobody but the table's own password. */
  static ScriptUsers none() {
    return new ScriptUsers() {
      @Override
      public @Nullable User find(int table, String name) {
        return null;
      }

      @Override
      public void denied(int table, UsersScript script, Request call, Denial denial) {
        throw new IllegalStateException("there are no users");
      }
    };
  }
}
