package io.pika.node.command;

import io.netty.buffer.ByteBufUtil;
import io.pika.node.engine.Transaction;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.Request;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.Set;

/**
 * A script or function that a user of the table runs: its slot's leader judges what it calls, and must know who that is.
 * It travels, and stands in transactions, as a request that no client can send and no older node takes:
 *
 * <pre>
 * PKRUNAS user client | the request's own bytes
 * </pre>
 *
 * <p>A script that comes without it is one of the table's own password, which may do everything.
 *
 * @param client as CLIENT INFO shows it, for ACL LOG
 */
public record UsersScript(String user, String client, Request request) {
  private static final Set<Command> SCRIPTS = EnumSet.of(Command.EVAL, Command.EVAL_RO, Command.EVALSHA,
      Command.EVALSHA_RO, Command.FCALL, Command.FCALL_RO);

  /** Whether a request runs a script or function. */
  public static boolean isScript(Request request) {
    Command command = request.command();
    return command != null && SCRIPTS.contains(command);
  }

  /** The request that carries it. */
  public Request encode() {
    return Request.of(bytes(Command.PKRUNAS.redisName()), bytes(user), bytes(client),
        ByteBufUtil.getBytes(request.raw()));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** @param args behind the name. @throws IllegalArgumentException they carry no script */
  static UsersScript parse(Args args) {
    String user = args.takeText();
    String client = args.takeText();
    Request request = Transaction.parse(args.takeBytes());
    if (!isScript(request)) {
      throw new IllegalArgumentException(request + " runs no script");
    }
    return new UsersScript(user, client, request);
  }
}
