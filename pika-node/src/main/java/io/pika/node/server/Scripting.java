package io.pika.node.server;

import io.pika.core.model.Table;
import io.pika.node.command.ScriptTable;
import io.pika.node.pubsub.OtherNodes;
import io.pika.node.script.RunningScripts;
import io.pika.node.script.Script;
import io.pika.node.script.ScriptCache;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import io.pika.proxy.protocol.SubCommand;
import java.nio.charset.StandardCharsets;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * SCRIPT and FUNCTION on the session, and what all nodes must know of them: a script is loaded at every node, and killed at whichever
 * runs it. A script that only this node knows is sent along with the EVALSHA that names it.
 */
final class Scripting {
  private static final Logger LOG = LoggerFactory.getLogger(Scripting.class);
  private static final Set<SubCommand> TOLD = Set.of(SubCommand.SCRIPT_LOAD, SubCommand.SCRIPT_FLUSH);
  /** With their text, to nodes that may not know it. */
  private static final Set<Command> SENT = EnumSet.of(Command.EVAL, Command.EVAL_RO, Command.EVALSHA,
      Command.EVALSHA_RO);
  private static final Set<SubCommand> KILLING = Set.of(SubCommand.SCRIPT_KILL, SubCommand.FUNCTION_KILL);
  private static final Reply.Err OVERLOADED = Reply.error("TRYAGAIN this node works on too many libraries");
  private static final Reply.Err FAILED = Reply.error("ERR internal error");
  /** Of a script that is remembered for other nodes; it is parsed on an event loop. */
  private static final int MAX_REMEMBERED = 64 << 10;

  private final ScriptTable scripts;
  private final ScriptCache cache;
  private final FunctionCommands functions;
  private final RunningScripts running;
  private final OtherNodes others;
  private final Executor pool;

  /** @param pool bounded; for commands on libraries, which block */
  Scripting(ScriptTable scripts, ScriptCache cache, FunctionCommands functions, RunningScripts running,
      OtherNodes others, Executor pool) {
    this.scripts = scripts;
    this.cache = cache;
    this.functions = functions;
    this.running = running;
    this.others = others;
    this.pool = pool;
  }

  void script(ClientConnection connection, Request request, PendingReply reply) {
    int table = connection.session().table();
    Reply here = answer(table, request);
    boolean kills = KILLING.contains(request.subCommand());
    if (kills || TOLD.contains(request.subCommand()) && !(here instanceof Reply.Err)) {
      others.ask(table, request,
          elsewhere -> reply.complete(kills ? ofAny(here, elsewhere) : here(here, elsewhere)));
    } else {
      reply.complete(here);
    }
  }

  void function(ClientConnection connection, Request request, PendingReply reply) {
    int table = connection.session().table();
    if (request.subCommand() == SubCommand.FUNCTION_KILL) {
      script(connection, request, reply);
      return;
    }
    request.retain();
    try {
      pool.execute(() -> reply.complete(functionHere(table, request)));
    } catch (RejectedExecutionException full) {
      request.release();
      reply.complete(OVERLOADED);
    }
  }

  private Reply functionHere(int table, Request request) {
    try {
      return functions.run(table, request);
    } catch (RefusalException refused) {
      return refused.reply();
    } catch (RuntimeException bug) {
      LOG.error("{} failed", request, bug);
      return FAILED;
    } finally {
      request.release();
    }
  }

  /** This node's part of what {@link #script} does everywhere. */
  Reply answer(int table, Request request) {
    try {
      return switch (request.subCommand()) {
        case SCRIPT_KILL -> running.kill(table, RunningScripts.Kind.SCRIPT);
        case FUNCTION_KILL -> running.kill(table, RunningScripts.Kind.FUNCTION);
        case null, default -> scripts.run(table, request);
      };
    } catch (RefusalException refused) {
      return refused.reply();
    }
  }

  /** One success is enough: what was killed runs at one node. */
  private static Reply ofAny(Reply here, List<Reply> elsewhere) {
    boolean killed = elsewhere.contains(Reply.OK);
    return here(killed ? Reply.OK : here, elsewhere);
  }

  private static Reply here(Reply here, List<Reply> elsewhere) {
    elsewhere.forEach(Reply::release);
    return here;
  }

  /** What goes to the slot's leader for a request: itself, held once more, or a request that names the script by its text. */
  Request forwarded(Table table, Request request) {
    Command command = request.command();
    if (SENT.contains(command) && request.size() > 2 && !others.isEmpty()) {
      if (command == Command.EVAL || command == Command.EVAL_RO) {
        remember(table.id(), request.arg(1));
      } else if (command == Command.EVALSHA || command == Command.EVALSHA_RO) {
        Script script = cache.find(table.id(), request.text(1).toLowerCase(Locale.ROOT));
        if (script != null) {
          return withText(request, script, command == Command.EVALSHA ? Command.EVAL : Command.EVAL_RO);
        }
      }
    }
    return request.retain();
  }

  private void remember(int table, byte[] source) {
    if (source.length > MAX_REMEMBERED) {
      return;
    }
    try {
      cache.findOrCompile(table, source);
    } catch (RefusalException notAScript) {
      LOG.debug("the leader will say why this is no script");
    }
  }

  private static Request withText(Request request, Script script, Command command) {
    byte[][] words = new byte[request.size()][];
    for (int i = 2; i < words.length; i++) {
      words[i] = request.arg(i);
    }
    words[0] = command.redisName().getBytes(StandardCharsets.US_ASCII);
    words[1] = script.source();
    return Request.of(words);
  }
}
