package io.pika.node.acl;

import io.pika.proxy.protocol.Access;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import org.jspecify.annotations.Nullable;

/**
 * SORT with BY and GET reads keys that are none of its arguments: for that a user must be able to read every key, as in
 * Redis 7.0. What is wrong with the options before these, the command says.
 */
public final class SortRights {
  private static final Reply.Err BY = Reply
      .error("ERR BY option of SORT denied due to insufficient ACL permissions.");
  private static final Reply.Err GET = Reply
      .error("ERR GET option of SORT denied due to insufficient ACL permissions.");

  private SortRights() {}

  /** Null when nothing is against it; always for other commands. @param request that the user may run */
  public static Reply.@Nullable Err refusal(User user, Request request) {
    Command command = request.command();
    boolean sorts = command == Command.SORT || command == Command.SORT_RO;
    if (command == null || !sorts || user.mayReadEveryKey(request)) {
      return null;
    }
    try {
      return refusal(new Args(request, 2), command.access());
    } catch (RefusalException noNumber) {
      return null;
    }
  }

  private static Reply.@Nullable Err refusal(Args args, Access access) {
    while (args.hasNext()) {
      boolean hasValue = args.remaining() > 1;
      if (args.remaining() > 2 && args.takeIf("LIMIT")) {
        args.takeLong();
        args.takeLong();
      } else if (hasValue && access == Access.WRITE && args.takeIf("STORE")) {
        args.takeBytes();
      } else if (hasValue && args.takeIf("BY")) {
        if (namesKeys(args.takeBytes())) {
          return BY;
        }
      } else if (hasValue && args.takeIf("GET")) {
        return GET;
      } else if (!args.takeIf("ASC") && !args.takeIf("DESC") && !args.takeIf("ALPHA")) {
        return null;
      }
    }
    return null;
  }

  /** A star before any zero byte. */
  private static boolean namesKeys(byte[] pattern) {
    int i = 0;
    while (i < pattern.length && pattern[i] != 0 && pattern[i] != '*') {
      i++;
    }
    return i < pattern.length && pattern[i] == '*';
  }
}
