package io.pika.node.command;

import io.pika.node.acl.User;
import io.pika.node.script.LibrarySet;
import io.pika.node.script.Program;
import io.pika.node.script.Script;
import io.pika.node.script.ScriptFlag;
import io.pika.node.script.ScriptRunner;
import io.pika.node.store.KeySpace;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** EVAL, FCALL and their forms: a script or function in the slot of its keys. eval.c, functions.c of Redis 7.0. */
final class ScriptCommands {
  private static final int SHA_DIGITS = 40;
  private static final String NO_SCRIPT = "NOSCRIPT No matching script. Please use EVAL.";

  private static final String READ_ONLY = "ERR Can not execute a script with write flag using *_ro command.";

  private static final Reply.Err UNKNOWN_USER = Reply
      .error("NOPERM the node that leads this slot does not know"
          + " the user who runs the script; if the user is new, try again in a moment");

  private final Scripts scripts;
  private final Handlers handlers;
  private final Map<Command, Body> bodies = new EnumMap<>(Command.class);

  /** What a command does for whoever runs it. */
  private interface Body {
    Reply run(Args args, KeySpace keys, ScriptRights rights);
  }

  /** What is allowed. */
  private enum Access {
    READ, WRITE
  }

  /** Where a script runs, and what it may do there. */
  private record Slot(KeySpace keys, Access access, ScriptRights rights) {
    int table() {
      return keys.table();
    }
  }

  ScriptCommands(Scripts scripts, Handlers handlers) {
    this.scripts = scripts;
    this.handlers = handlers;
  }

  void bind() {
    on(Command.EVAL, (args, keys, rights) -> eval(args, new Slot(keys, Access.WRITE, rights)));
    on(Command.EVAL_RO, (args, keys, rights) -> eval(args, new Slot(keys, Access.READ, rights)));
    on(Command.EVALSHA, (args, keys, rights) -> evalSha(args, new Slot(keys, Access.WRITE, rights)));
    on(Command.EVALSHA_RO, (args, keys, rights) -> evalSha(args, new Slot(keys, Access.READ, rights)));
    on(Command.FCALL, (args, keys, rights) -> call(args, new Slot(keys, Access.WRITE, rights)));
    on(Command.FCALL_RO, (args, keys, rights) -> call(args, new Slot(keys, Access.READ, rights)));
    handlers.onUsersScript(this::runAs);
  }

  private void on(Command command, Body body) {
    bodies.put(command, body);
    handlers.on(command, (args, keys) -> body.run(args, keys, ScriptRights.ALL));
  }

  private Reply runAs(Args args, KeySpace keys) {
    UsersScript script = UsersScript.parse(args);
    User user = scripts.users().find(keys.table(), script.user());
    Body body = bodies.get(script.request().command());
    if (user == null || body == null) {
      throw new RefusalException(UNKNOWN_USER);
    }
    ScriptRights rights = new ScriptRights(user,
        (call, denial) -> scripts.users().denied(keys.table(), script, call, denial));
    return body.run(new Args(script.request(), 1), keys, rights);
  }

  private Reply eval(Args args, Slot slot) {
    byte[] source = args.takeBytes();
    int keyCount = keyCount(args, args.takeLong());
    Script script = scripts.cache().findOrCompile(slot.table(), source);
    return run(script, keyCount, args, slot);
  }

  private Reply evalSha(Args args, Slot slot) {
    String sha = args.takeText().toLowerCase(Locale.ROOT);
    if (sha.length() != SHA_DIGITS) {
      throw new RefusalException(NO_SCRIPT);
    }
    int keyCount = keyCount(args, args.takeLong());
    Script script = scripts.cache().find(slot.table(), sha);
    if (script == null) {
      throw new RefusalException(NO_SCRIPT);
    }
    return run(script, keyCount, args, slot);
  }

  private Reply call(Args args, Slot slot) {
    LibrarySet.Found found = scripts.libraries().apply(slot.table()).function(args.takeText());
    if (found == null) {
      throw new RefusalException("ERR Function not found");
    }
    long count;
    try {
      count = args.takeLong();
    } catch (RefusalException notANumber) {
      throw new RefusalException("ERR Bad number of keys provided");
    }
    int keyCount = keyCount(args, count);
    if (slot.access == Access.READ && !found.function().flags().contains(ScriptFlag.NO_WRITES)) {
      throw new RefusalException(READ_ONLY);
    }
    return run(new Program.FunctionCall(found), keyCount, args, slot);
  }

  private static int keyCount(Args args, long count) {
    if (count > args.remaining()) {
      throw new RefusalException("ERR Number of keys can't be greater than number of args");
    }
    if (count < 0) {
      throw new RefusalException("ERR Number of keys can't be negative");
    }
    return (int) count;
  }

  private Reply run(Script script, int keyCount, Args args, Slot slot) {
    if (slot.access == Access.READ && script.hasShebang() && !script.noWrites()) {
      throw new RefusalException(READ_ONLY);
    }
    return run(new Program.Evaluation(script), keyCount, args, slot);
  }

  private Reply run(Program program, int keyCount, Args args, Slot slot) {
    List<byte[]> names = new ArrayList<>(keyCount);
    for (int i = 0; i < keyCount; i++) {
      names.add(args.takeBytes());
    }
    List<byte[]> rest = new ArrayList<>(args.remaining());
    while (args.hasNext()) {
      rest.add(args.takeBytes());
    }
    boolean readOnly = slot.access == Access.READ || program.noWrites();
    List<byte[]> command = program instanceof Program.FunctionCall ? words(args.request()) : List.of();
    SlotCommands commands = new SlotCommands(handlers, slot.keys, scripts.slots().applyAsInt(slot.table()),
        readOnly, slot.rights);
    return scripts.runner().run(
        new ScriptRunner.Call(program, slot.table(), names, rest, command), commands);
  }

  private static List<byte[]> words(Request request) {
    List<byte[]> words = new ArrayList<>(request.size());
    for (int i = 0; i < request.size(); i++) {
      words.add(request.arg(i));
    }
    return words;
  }
}
