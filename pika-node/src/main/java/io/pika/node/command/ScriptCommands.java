package io.pika.node.command;

import io.pika.node.script.Script;
import io.pika.node.script.ScriptRunner;
import io.pika.node.script.Sha1;
import io.pika.node.store.KeySpace;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** EVAL and its forms: a script in the slot of its keys. eval.c of Redis 7.0. */
final class ScriptCommands {
  private static final int SHA_DIGITS = 40;
  private static final String NO_SCRIPT = "NOSCRIPT No matching script. Please use EVAL.";

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
  }

  private Reply eval(Args args, KeySpace keys, Access access) {
    byte[] source = args.takeBytes();
    int keyCount = keyCount(args);
    String sha = Sha1.of(source);
    Script script = scripts.cache().find(keys.table(), sha);
    if (script == null) {
      script = Script.compile(source, sha);
      scripts.cache().add(keys.table(), script);
    }
    return run(script, keyCount, args, keys, access);
  }

  private Reply evalSha(Args args, KeySpace keys, Access access) {
    String sha = args.takeText().toLowerCase(Locale.ROOT);
    if (sha.length() != SHA_DIGITS) {
      throw new RefusalException(NO_SCRIPT);
    }
    int keyCount = keyCount(args);
    Script script = scripts.cache().find(keys.table(), sha);
    if (script == null) {
      throw new RefusalException(NO_SCRIPT);
    }
    return run(script, keyCount, args, keys, access);
  }

  private static int keyCount(Args args) {
    long count = args.takeLong();
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
      throw new RefusalException("ERR Can not execute a script with write flag using *_ro command.");
    }
    List<byte[]> names = new ArrayList<>(keyCount);
    for (int i = 0; i < keyCount; i++) {
      names.add(args.takeBytes());
    }
    List<byte[]> rest = new ArrayList<>(args.remaining());
    while (args.hasNext()) {
      rest.add(args.takeBytes());
    }
    boolean readOnly = access == Access.READ || script.noWrites();
    SlotCommands commands = new SlotCommands(handlers, keys, scripts.slots().applyAsInt(keys.table()),
        readOnly);
    return scripts.runner().run(new ScriptRunner.Call(script, names, rest), commands);
  }
}
