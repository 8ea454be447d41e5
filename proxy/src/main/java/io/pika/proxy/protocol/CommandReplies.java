package io.pika.proxy.protocol;

import io.pika.proxy.protocol.KeyFinder.Key;
import io.pika.proxy.protocol.KeySpec.Begin;
import io.pika.proxy.protocol.KeySpec.Find;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What COMMAND and its sub-commands answer, built from the command table in the form of Redis 7.0. Different on purpose:
 * only commands of our table are there, the refused ones too; key specifications have no notes, documentation no
 * arguments and no history.
 */
public final class CommandReplies {
  private static final Reply.Err INVALID_COMMAND = Reply.error("ERR Invalid command specified");
  private static final Reply.Err NO_KEY_ARGUMENTS = Reply.error("ERR The command has no key arguments");
  private static final Reply.Err INVALID_COUNT = Reply
      .error("ERR Invalid number of arguments specified for command");
  private static final Reply.Err INVALID_ARGUMENTS = Reply
      .error("ERR Invalid arguments specified for command");

  private CommandReplies() {}

  /** COMMAND */
  public static Reply all() {
    return Reply.array(commands().map(CommandReplies::describe).toList());
  }

  /** COMMAND COUNT */
  public static Reply count() {
    return Reply.of(Command.values().length);
  }

  /** COMMAND INFO [name ...]; a sub-command is named "config|get". */
  public static Reply info(Args names) {
    if (!names.hasNext()) {
      return all();
    }
    List<Reply> replies = new ArrayList<>();
    while (names.hasNext()) {
      CommandSpec spec = find(names.takeBytes());
      replies.add(spec == null ? Reply.NIL : describe(spec));
    }
    return Reply.array(replies);
  }

  /** COMMAND DOCS [name ...]; unknown names are left out. */
  public static Reply docs(Args names) {
    List<Reply> replies = new ArrayList<>();
    if (!names.hasNext()) {
      commands().forEach(spec -> addDocs(spec, replies));
    }
    while (names.hasNext()) {
      CommandSpec spec = find(names.takeBytes());
      if (spec != null) {
        addDocs(spec, replies);
      }
    }
    return Reply.map(replies);
  }

  /**
   * COMMAND LIST [FILTERBY MODULE name | ACLCAT category | PATTERN pattern].
   *
   * @param pattern makes a test of a pattern in Redis's form
   */
  public static Reply list(Args args, Function<byte[], Predicate<byte[]>> pattern) {
    Predicate<CommandSpec> wanted = _ -> true;
    while (args.hasNext()) {
      if (!args.takeIf("FILTERBY") || args.remaining() != 2) {
        throw new RefusalException(Reply.SYNTAX_ERROR);
      }
      String kind = args.takeUpper();
      byte[] value = args.takeBytes();
      wanted = filter(kind, value, pattern);
    }
    return Reply.array(rows().filter(wanted).map(spec -> Reply.bulk(spec.redisName())).toList());
  }

  private static Predicate<CommandSpec> filter(String kind, byte[] value,
      Function<byte[], Predicate<byte[]>> pattern) {
    String lower = new String(value, StandardCharsets.ISO_8859_1).toLowerCase(Locale.ROOT);
    return switch (kind) {
      case "MODULE" -> _ -> false;
      case "ACLCAT" -> spec -> spec.categories().stream().anyMatch(c -> c.redisName().equals("@" + lower));
      case "PATTERN" -> {
        Predicate<byte[]> matches = pattern.apply(lower.getBytes(StandardCharsets.ISO_8859_1));
        yield spec -> matches.test(spec.redisName().getBytes(StandardCharsets.US_ASCII));
      }
      default -> throw new RefusalException(Reply.SYNTAX_ERROR);
    };
  }

  /** COMMAND GETKEYS command [argument ...], the whole request. */
  public static Reply getKeys(Request request) {
    return ofKeys(request, (inner, key) -> Reply.bulk(inner.arg(key.position())));
  }

  /** COMMAND GETKEYSANDFLAGS command [argument ...], the whole request. */
  public static Reply getKeysAndFlags(Request request) {
    return ofKeys(request,
        (inner, key) -> Reply.array(Reply.bulk(inner.arg(key.position())), words(key.access().redisNames())));
  }

  private interface KeyReply {
    Reply of(Request request, Key key);
  }

  private static Reply ofKeys(Request request, KeyReply reply) {
    byte[][] arguments = new byte[request.size() - 2][];
    for (int i = 0; i < arguments.length; i++) {
      arguments[i] = request.arg(i + 2);
    }
    Request inner = Request.of(arguments);
    try {
      CommandSpec spec = spec(inner);
      if (spec == null) {
        return INVALID_COMMAND;
      }
      if (spec.keys().stream().allMatch(key -> key.access() == KeyAccess.NOT_KEY)) {
        return NO_KEY_ARGUMENTS;
      }
      if (!spec.hasArity(inner.size())) {
        return INVALID_COUNT;
      }
      List<Key> keys = KeyFinder.keys(inner);
      if (keys.isEmpty() && !spec.flags().contains(Flag.NO_MANDATORY_KEYS)) {
        return INVALID_ARGUMENTS;
      }
      return Reply.array(keys.stream().map(key -> reply.of(inner, key)).toList());
    } finally {
      inner.release();
    }
  }

  /** The row that a request is about; an unknown sub-command is an unknown command. */
  private static @Nullable CommandSpec spec(Request request) {
    Command command = request.command();
    if (command == null) {
      return null;
    }
    if (command.subCommands().isEmpty() || request.size() == 1) {
      return command.spec();
    }
    SubCommand subCommand = request.subCommand();
    return subCommand == null ? null : subCommand.spec();
  }

  /** The row of a name as COMMAND INFO takes it. */
  private static @Nullable CommandSpec find(byte[] name) {
    String[] parts = new String(name, StandardCharsets.ISO_8859_1).split("\\|", -1);
    byte[] first = parts[0].getBytes(StandardCharsets.ISO_8859_1);
    Command command = Command.find(first, 0, first.length);
    if (command == null || parts.length == 1) {
      return command == null ? null : command.spec();
    }
    SubCommand subCommand = SubCommand.find(command, parts[1].getBytes(StandardCharsets.ISO_8859_1));
    return subCommand == null || parts.length > 2 ? null : subCommand.spec();
  }

  private static Stream<CommandSpec> commands() {
    return Stream.of(Command.values()).map(Command::spec);
  }

  /** Commands, each followed by its sub-commands. */
  private static Stream<CommandSpec> rows() {
    return Stream.of(Command.values())
        .flatMap(
            row -> Stream.concat(Stream.of(row.spec()), row.subCommands().stream().map(SubCommand::spec)));
  }

  private static List<CommandSpec> subCommands(CommandSpec spec) {
    Command command = Command.find(spec.redisName().getBytes(StandardCharsets.US_ASCII), 0,
        spec.redisName().length());
    return command == null ? List.of() : command.subCommands().stream().map(SubCommand::spec).toList();
  }

  private static Reply describe(CommandSpec spec) {
    CommandSpec.LegacyRange range = spec.legacyRange();
    return Reply.array(
        Reply.bulk(spec.redisName()),
        Reply.of(spec.arity()),
        words(spec.flags().stream().map(Flag::redisName).filter(name -> !name.isEmpty()).toList()),
        Reply.of(range.first()), Reply.of(range.last()), Reply.of(range.step()),
        words(spec.categories().stream().map(Category::redisName).toList()),
        Reply.set(CommandDocs.of(spec).tips().stream().map(Reply::bulk).toList()),
        Reply.set(spec.keys().stream().map(CommandReplies::describe).toList()),
        describeSubCommands(spec));
  }

  /** Redis writes none as an empty set, but some as an array. */
  private static Reply describeSubCommands(CommandSpec spec) {
    List<Reply> below = subCommands(spec).stream().map(CommandReplies::describe).toList();
    return below.isEmpty() ? Reply.set(below) : Reply.array(below);
  }

  private static Reply words(List<String> words) {
    return Reply.set(words.stream().map(Reply::simple).toList());
  }

  private static Reply describe(KeySpec key) {
    return Reply.map(
        Reply.bulk("flags"), words(key.access().redisNames()),
        Reply.bulk("begin_search"), switch (key.begin()) {
          case Begin.Index(int position) -> typed("index", Reply.bulk("index"), Reply.of(position));
          case Begin.Keyword(String word, int from) ->
            typed("keyword", Reply.bulk("keyword"), Reply.bulk(word),
                Reply.bulk("startfrom"), Reply.of(from));
          case Begin.Unknown _ -> typed("unknown");
        },
        Reply.bulk("find_keys"), switch (key.find()) {
          case Find.Range(int last, int step, int limit) ->
            typed("range", Reply.bulk("lastkey"), Reply.of(last),
                Reply.bulk("keystep"), Reply.of(step), Reply.bulk("limit"), Reply.of(limit));
          case Find.Count(int number, int first, int step) -> typed("keynum", Reply.bulk("keynumidx"),
              Reply.of(number), Reply.bulk("firstkey"), Reply.of(first), Reply.bulk("keystep"),
              Reply.of(step));
          case Find.Unknown _ -> typed("unknown");
        });
  }

  private static Reply typed(String type, Reply... spec) {
    return Reply.map(Reply.bulk("type"), Reply.bulk(type), Reply.bulk("spec"), Reply.map(spec));
  }

  private static void addDocs(CommandSpec spec, List<Reply> replies) {
    CommandDocs.Doc doc = CommandDocs.of(spec);
    List<Reply> entries = new ArrayList<>();
    add(entries, "summary", doc.summary());
    add(entries, "since", doc.since());
    add(entries, "group", spec.group().redisName());
    add(entries, "complexity", doc.complexity());
    if (doc.system() || doc.deprecated()) {
      entries.add(Reply.bulk("doc_flags"));
      entries.add(words(List.of(doc.deprecated() ? "deprecated" : "syscmd")));
    }
    add(entries, "deprecated_since", doc.deprecatedSince());
    add(entries, "replaced_by", doc.replacedBy());
    List<Reply> below = new ArrayList<>();
    subCommands(spec).forEach(subCommand -> addDocs(subCommand, below));
    if (!below.isEmpty()) {
      entries.add(Reply.bulk("subcommands"));
      entries.add(Reply.map(below));
    }
    replies.add(Reply.bulk(spec.redisName()));
    replies.add(Reply.map(entries));
  }

  private static void add(List<Reply> entries, String name, String value) {
    if (!value.isEmpty()) {
      entries.add(Reply.bulk(name));
      entries.add(Reply.bulk(value));
    }
  }
}
