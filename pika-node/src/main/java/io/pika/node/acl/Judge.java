package io.pika.node.acl;

import io.pika.proxy.protocol.Request;
import org.jspecify.annotations.Nullable;

/** Says what users of tables may do, by the newest rules that this node knows. Any thread. */
public interface Judge {
  /**
   * Why a user may not run a request whose command is known and has its arity; null when it may.
   *
   * @param user null: the table's own password, which may do everything; one that is gone may do nothing
   */
  @Nullable
  Denial denial(int table, @Nullable String user, Request request);
}
