package io.pika.node.server;

import io.pika.proxy.protocol.Glob;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.CommandReplies;
import io.pika.proxy.protocol.Request;
import io.pika.proxy.protocol.SubCommand;

/** COMMAND: the command table as Redis shows it. */
final class CommandCommands {
  private CommandCommands() {}

  static void run(ClientConnection connection, Request request, PendingReply reply) {
    SubCommand subCommand = request.subCommand();
    if (subCommand == null) {
      reply.complete(CommandReplies.all());
      return;
    }
    Args args = new Args(request, 2);
    reply.complete(switch (subCommand) {
      case COMMAND_COUNT -> CommandReplies.count();
      case COMMAND_INFO -> CommandReplies.info(args);
      case COMMAND_DOCS -> CommandReplies.docs(args);
      case COMMAND_LIST -> CommandReplies.list(args, pattern -> new Glob(pattern)::matches);
      case COMMAND_GETKEYS -> CommandReplies.getKeys(request);
      case COMMAND_GETKEYSANDFLAGS -> CommandReplies.getKeysAndFlags(request);
      case COMMAND_HELP -> HelpTexts.COMMAND;
      default -> throw new IllegalStateException(subCommand.redisName() + " is not served but came here");
    });
  }
}
