package io.pika.node.command;

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
import java.util.List;
import java.util.Locale;

/** EVAL, FCALL and their forms: a script or function in the slot of its keys. eval.c, functions.c of Redis 7.0. */
final class ScriptCommands {
  private static final int SHA_DIGITS = 40;
  private static final String NO_SCRIPT = "NOSCRIPT No matching script. Please use EVAL.";

  private static final String READ_ONLY = "ERR Can not execute a script with write flag using *_ro command.";

  private final Scripts scripts;
  private final Handlers handlers;

  /** What is allowed. */
  private enum Access {
    READ, WRITE
  }

  ScriptCommands(Scripts scripts, Handlers handlers) {
    this.scripts = scripts;
    this.handlers = handlers;
  }

  void bind() {
    handlers.on(Command.EVAL, (args, keys) -> eval(args, keys, Access.WRITE));
    handlers.on(Command.EVAL_RO, (args, keys) -> eval(args, keys, Access.READ));
    handlers.on(Command.EVALSHA, (args, keys) -> evalSha(args, keys, Access.WRITE));
    handlers.on(Command.EVALSHA_RO, (args, keys) -> evalSha(args, keys, Access.READ));
    handlers.on(Command.FCALL, (args, keys) -> call(args, keys, Access.WRITE));
    handlers.on(Command.FCALL_RO, (args, keys) -> call(args, keys, Access.READ));
  }

  private Reply eval(Args args, KeySpace keys, Access access) {
    byte[] source = args.takeBytes();
    int keyCount = keyCount(args, args.takeLong());
    Script script = scripts.cache().findOrCompile(keys.table(), source);
    return run(script, keyCount, args, keys, access);
  }

  private Reply evalSha(Args args, KeySpace keys, Access access) {
    String sha = args.takeText().toLowerCase(Locale.ROOT);
    if (sha.length() != SHA_DIGITS) {
      throw new RefusalException(NO_SCRIPT);
    }
    int keyCount = keyCount(args, args.takeLong());
    Script script = scripts.cache().find(keys.table(), sha);
    if (script == null) {
      throw new RefusalException(NO_SCRIPT);
    }
    return run(script, keyCount, args, keys, access);
  }

  private Reply call(Args args, KeySpace keys, Access access) {
    LibrarySet.Found found = scripts.libraries().apply(keys.table()).function(args.takeText());
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
    if (access == Access.READ && !found.function().flags().contains(ScriptFlag.NO_WRITES)) {
      throw new RefusalException(READ_ONLY);
    }
    return run(new Program.FunctionCall(found), keyCount, args, keys, access);
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

  private Reply run(Script script, int keyCount, Args args, KeySpace keys, Access access) {
    if (access == Access.READ && script.hasShebang() && !script.noWrites()) {
      throw new RefusalException(READ_ONLY);
    }
    return run(new Program.Evaluation(script), keyCount, args, keys, access);
  }

  private Reply run(Program program, int keyCount, Args args, KeySpace keys, Access access) {
    List<byte[]> names = new ArrayList<>(keyCount);
    for (int i = 0; i < keyCount; i++) {
      names.add(args.takeBytes());
    }
    List<byte[]> rest = new ArrayList<>(args.remaining());
    while (args.hasNext()) {
      rest.add(args.takeBytes());
    }
    boolean readOnly = access == Access.READ || program.noWrites();
    List<byte[]> command = program instanceof Program.FunctionCall ? words(args.request()) : List.of();
    SlotCommands commands = new SlotCommands(handlers, keys, scripts.slots().applyAsInt(keys.table()),
        readOnly);
    return scripts.runner().run(
        new ScriptRunner.Call(program, keys.table(), names, rest, command), commands);
  }

  private static List<byte[]> words(Request request) {
    List<byte[]> words = new ArrayList<>(request.size());
    for (int i = 0; i < request.size(); i++) {
      words.add(request.arg(i));
    }
    return words;
  }
}
