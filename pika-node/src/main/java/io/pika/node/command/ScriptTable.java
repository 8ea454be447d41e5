package io.pika.node.command;

import io.pika.node.script.ScriptCache;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import io.pika.proxy.protocol.SubCommand;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** SCRIPT, but for KILL: the scripts that one node knows of a table. Any thread. */
public final class ScriptTable {
  private static final List<String> HELP = List.of(
      "SCRIPT <subcommand> [<arg> [value] [opt] ...]. Subcommands are:",
      "DEBUG (YES|SYNC|NO)",
      "    Set the debug mode for subsequent scripts executed.",
      "EXISTS <sha1> [<sha1> ...]",
      "    Return information about the existence of the scripts in the script cache.",
      "FLUSH [ASYNC|SYNC]",
      "    Flush the Lua scripts cache. Very dangerous on replicas.",
      "    When called without the optional mode argument, the behavior is determined by the",
      "    lazyfree-lazy-user-flush configuration directive. Valid modes are:",
      "    * ASYNC: Asynchronously flush the scripts cache.",
      "    * SYNC: Synchronously flush the scripts cache.",
      "KILL",
      "    Kill the currently executing Lua script.",
      "LOAD <script>",
      "    Load a script into the scripts cache without executing it.",
      "HELP",
      "    Prints this help.");

  private final ScriptCache cache;

  public ScriptTable(ScriptCache cache) {
    this.cache = cache;
  }

  /** @throws RefusalException it is refused */
  public Reply run(int table, Request request) {
    SubCommand subCommand = request.subCommand();
    Args args = new Args(request, 2);
    return switch (subCommand) {
      case SCRIPT_LOAD -> load(table, args.takeBytes());
      case SCRIPT_EXISTS -> exists(table, args);
      case SCRIPT_FLUSH -> flush(table, args);
      case SCRIPT_HELP -> Reply.array(HELP.stream().map(Reply::simple).toList());
      case null, default -> throw new IllegalStateException(request + " is no command on scripts");
    };
  }

  private Reply load(int table, byte[] source) {
    return Reply.bulk(cache.findOrCompile(table, source).sha());
  }

  private Reply exists(int table, Args args) {
    List<Reply> found = new ArrayList<>();
    while (args.hasNext()) {
      found.add(cache.find(table, args.takeText().toLowerCase(Locale.ROOT)) == null ? Reply.ZERO : Reply.ONE);
    }
    return Reply.array(found);
  }

  private Reply flush(int table, Args args) {
    boolean known = args.remaining() == 0
        || args.remaining() == 1 && (args.takeIf("SYNC") || args.takeIf("ASYNC"));
    if (!known) {
      throw new RefusalException("ERR SCRIPT FLUSH only support SYNC|ASYNC option");
    }
    cache.clear(table);
    return Reply.OK;
  }
}
