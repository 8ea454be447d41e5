package io.pika.node.command;

import io.pika.node.acl.Denial;
import io.pika.node.acl.SortRights;
import io.pika.node.acl.User;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * What one run of a script may do: the rights of its user as they were when it began.
 *
 * @param user null: the table's own password, which may do everything
 * @param log is told what was refused
 */
record ScriptRights(@Nullable User user, BiConsumer<Request, Denial> log) {
  static final ScriptRights ALL = new ScriptRights(null, (call, denial) -> {});

  boolean allow(Request call) {
    return user == null || user.denial(call) == null;
  }

  /** Why a call is not made; null when nothing is against it. */
  @Nullable
  Denial denial(Request call) {
    Denial denial = user == null ? null : user.denial(call);
    if (denial != null) {
      log.accept(call, denial);
    }
    return denial;
  }

  /** What SORT answers to who may not read all keys. */
  Reply.@Nullable Err sortRefusal(Request call) {
    return user == null ? null : SortRights.refusal(user, call);
  }
}
