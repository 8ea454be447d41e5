package io.pika.node.command;

import io.pika.node.engine.KeyHandler;
import io.pika.node.engine.Waiting;
import io.pika.node.type.Dumps;
import io.pika.node.type.Lists;
import io.pika.node.type.Strings;
import io.pika.proxy.protocol.Access;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import io.pika.proxy.protocol.Scope;
import io.pika.proxy.protocol.SubCommand;
import io.pika.proxy.protocol.Support;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Which code runs a row of the command table: every command that is served or split and works on keys is bound here
 * exactly once. Immutable when built; for any thread.
 */
public final class Handlers {
  private final Map<Command, KeyHandler> commands = new EnumMap<>(Command.class);
  private final Map<SubCommand, KeyHandler> subCommands = new EnumMap<>(SubCommand.class);
  private final Map<Command, KeyHandler> alone = new EnumMap<>(Command.class);
  private final Map<Command, Waiting.Parser> waiting = new EnumMap<>(Command.class);

  private @Nullable KeyHandler part;
  private @Nullable KeyHandler usersScript;

  Handlers() {}

  /** @param random draws for commands such as SPOP; called from any thread */
  public static Handlers create(Limits limits, RandomGenerator random) {
    return create(limits, random, Scripts.ofDefaults());
  }

  /** The same, with what scripts need. */
  public static Handlers create(Limits limits, RandomGenerator random, Scripts scripts) {
    return create(limits, random, scripts, LongReplies.none());
  }

  /** The same, with what long replies need. */
  public static Handlers create(Limits limits, RandomGenerator random, Scripts scripts,
      LongReplies longReplies) {
    ElementReplies elements = new ElementReplies(limits, longReplies);
    Handlers handlers = new Handlers();
    new ScriptCommands(scripts, handlers).bind();
    Strings strings = new Strings(limits.valueBytes());
    new StringCommands(strings).bind(handlers);
    new KeyCommands(new Dumps(limits.valueBytes())).bind(handlers);
    ObjectCommands.bind(handlers);
    new BitmapCommands(strings).bind(handlers);
    HyperLogLogCommands.bind(handlers);
    new SortedSetCommands(limits, random).bind(handlers);
    new SortedSetRangeCommands(elements).bind(handlers);
    new SortedSetAlgebraCommands(limits).bind(handlers);
    new GeoCommands(limits).bind(handlers);
    new HashCommands(limits, elements, random).bind(handlers);
    new SetCommands(limits, elements, random).bind(handlers);
    new ListCommands(new Lists(), limits, elements).bind(handlers);
    new SortCommands(new Lists(), limits, scripts.slots()).bind(handlers);
    bindStreams(handlers, limits, elements);
    new PartCommands(handlers, limits).bind();
    new BlockingCommands(new Lists(), limits).bind(handlers);
    return handlers;
  }

  private static void bindStreams(Handlers handlers, Limits limits, ElementReplies elements) {
    new StreamCommands(elements).bind(handlers);
    new StreamReadCommands(limits.replyBytes()).bind(handlers);
    new StreamGroupCommands(limits.replyBytes()).bind(handlers);
    GroupCommands.bind(handlers);
    new StreamInfoCommands(limits.replyBytes()).bind(handlers);
  }

  /** Puts something around whatever runs a command that writes. To be called before the handlers are used. */
  public Handlers around(UnaryOperator<KeyHandler> writing) {
    commands.replaceAll(
        (command, handler) -> command.access() == Access.WRITE ? writing.apply(handler) : handler);
    subCommands.replaceAll(
        (command, handler) -> command.access() == Access.WRITE ? writing.apply(handler) : handler);
    waiting.replaceAll((command, parser) -> command.access() == Access.WRITE
        ? (args, keys) -> new WaitingInside(args.request(), parser.parse(args, keys), writing)
        : parser);
    return this;
  }

  /** What runs a request; null where its row is bound to nothing: no such command or none on keys. */
  public @Nullable KeyHandler find(Request request) {
    Command command = request.command();
    if (command == null) {
      return null;
    }
    if (command == Command.PKPART) {
      return part;
    }
    if (command == Command.PKRUNAS) {
      return usersScript;
    }
    KeyHandler handler = commands.get(command);
    if (handler != null) {
      return handler;
    }
    SubCommand subCommand = request.subCommand();
    return subCommand == null ? null : subCommands.get(subCommand);
  }

  /** The same for a request that stands alone, in no transaction and no script: its reply may come in pieces. */
  public @Nullable KeyHandler findAlone(Request request) {
    Command command = request.command();
    KeyHandler handler = command == null ? null : alone.get(command);
    return handler == null ? find(request) : handler;
  }

  /** What reads a request that may wait; null where its command never does. */
  public Waiting.@Nullable Parser findWaiting(Request request) {
    Command command = request.command();
    return command == null ? null : waiting.get(command);
  }

  public boolean isBound(Command command) {
    return commands.containsKey(command);
  }

  public boolean isBound(SubCommand subCommand) {
    return subCommands.containsKey(subCommand);
  }

  void on(Command command, KeyHandler handler) {
    check(isOnKeys(command.support(), command.scope()), command.redisName());
    check(commands.put(command, handler) == null, command.redisName());
  }

  /** What runs a command, that is bound besides, when it stands alone. */
  void onAlone(Command command, KeyHandler handler) {
    check(command.access() == Access.READ && alone.put(command, handler) == null, command.redisName());
  }

  /** What nodes ask of each other: nothing is put around it, for it tells by itself what it does to keys. */
  void onPart(KeyHandler handler) {
    part = handler;
  }

  /** What runs a {@link UsersScript}. */
  void onUsersScript(KeyHandler handler) {
    usersScript = handler;
  }

  /** A command that may wait. Where it must not, as in a transaction, it looks once. */
  void onWaiting(Command command, Waiting.Parser parser) {
    waiting.put(command, parser);
    on(command, (args, keys) -> {
      Waiting once = parser.parse(args, keys);
      Reply found = once.attempt(keys, once.keys());
      return found == null ? once.nothing() : found;
    });
  }

  void on(SubCommand subCommand, KeyHandler handler) {
    check(isOnKeys(subCommand.support(), subCommand.scope()), subCommand.redisName());
    KeyHandler behindName = (args, keys) -> {
      args.takeBytes();
      return handler.run(args, keys);
    };
    check(subCommands.put(subCommand, behindName) == null, subCommand.redisName());
  }

  /** Whether rows of this kind are bound here. */
  static boolean isOnKeys(Support support, Scope scope) {
    return scope == Scope.KEY && (support == Support.SERVED || support == Support.SPLIT);
  }

  private static void check(boolean right, String name) {
    if (!right) {
      throw new IllegalStateException(name + " is bound twice, or is no row that runs on keys");
    }
  }
}
