package io.pika.node.command;

import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import io.pika.proxy.protocol.SubCommand;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Of the checks before a handler, those that cannot be left out: there is such a command, and its arity fits. */
final class RequestChecks {
  private RequestChecks() {}

  static @Nullable Reply refusal(Request request) {
    Command command = request.command();
    if (command == null) {
      throw new IllegalStateException("no such command: " + request.text(0));
    }
    if (!command.hasArity(request.size())) {
      return Reply.wrongArity(command.redisName());
    }
    if (command.subCommands().isEmpty()) {
      return null;
    }
    SubCommand row = request.subCommand();
    if (row == null) {
      return unknown(command, request.arg(1));
    }
    return row.hasArity(request.size()) ? null : Reply.wrongArity(row.redisName());
  }

  /** As Redis quotes it: to the first zero byte, at most 128 bytes, on one line. */
  private static Reply unknown(Command command, byte[] name) {
    String quoted = new String(name, StandardCharsets.ISO_8859_1);
    int zero = quoted.indexOf(0);
    quoted = quoted.substring(0, Math.min(zero < 0 ? quoted.length() : zero, 128)).replace('\r', ' ')
        .replace('\n', ' ');
    String text = "ERR unknown subcommand '" + quoted + "'. Try " + command + " HELP.";
    return Reply.error(text.getBytes(StandardCharsets.ISO_8859_1));
  }
}
