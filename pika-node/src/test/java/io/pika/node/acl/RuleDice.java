package io.pika.node.acl;

import io.pika.proxy.protocol.Category;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.Group;
import io.pika.proxy.protocol.SubCommand;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/** Words of SETUSER and commands to try, sensible ones and others. */
final class RuleDice {
  private static final List<String> FLAGS = List.of("on", "off", "nopass", "resetpass", "reset",
      "clearselectors",
      "sanitize-payload", "skip-sanitize-payload", "ON", "");
  private static final List<String> SWITCHES = List.of("allkeys", "~*", "resetkeys", "allchannels", "&*",
      "resetchannels", "allcommands", "+@all", "-@all", "nocommands", "AllKeys");
  private static final List<String> GLOBS = List.of("a", "b", "a*", "?", "[ab]", "*", "", "\\*", "a b",
      "x\0y",
      "\"", "'q'", "é", "b*", "*b", "\\");
  private static final List<String> SIGNS = List.of("~", "~", "~", "%R~", "%W~", "%RW~", "%wr~", "%~", "%R",
      "%X~",
      "%RR~", "&", "&");
  private static final List<String> PASSWORDS = List.of("p", "q", "", "secret");
  private static final List<String> ODD = List.of("foo", "+", "-", "@all", "+@", "-@nosuch", "+nosuch",
      "-nosuch",
      "+config|nosuch", "+get|", "+config|get|x", "+get|x|y", "-get|x", "~", "&", "#abc", "!abc", "%", "()",
      "(", ")",
      "(foo)", "(+get", "~a)", "(~\"a\")", "(~\"a)", "(+get ~a)", "(%R~a +get)", "+nosuch|x", "|", "+|get",
      "#" + "0".repeat(64), "!" + "0".repeat(64), "#" + "A".repeat(64), "line\nend", "x\0");
  private static final List<String> ARGUMENTS = List.of("a", "b", "ab", "c", "*", "1", "2", "0", "STORE",
      "KEYS",
      "STREAMS", "GET", "BY", "x", "COUNT", "MATCH", "LIMIT", "NX", "type", "get");

  private final Random random;
  private final List<Command> commands = Arrays.stream(Command.values())
      .filter(command -> command.spec().group() != Group.PIKA && command.spec().group() != Group.SENTINELS
          && command != Command.MIGRATE)
      .toList();
  private final List<SubCommand> subCommands = Arrays.stream(SubCommand.values())
      .filter(sub -> commands.contains(sub.command()) && sub.spec().group() != Group.SENTINELS).toList();

  RuleDice(Random random) {
    this.random = random;
  }

  private <T> T one(List<T> of) {
    return of.get(random.nextInt(of.size()));
  }

  private String name() {
    String name = random.nextInt(3) == 0 ? one(subCommands).redisName() : one(commands).redisName();
    return random.nextInt(8) == 0 ? name.toUpperCase(Locale.ROOT) : name;
  }

  private String right() {
    return switch (random.nextInt(7)) {
      case 0 -> one(SWITCHES);
      case 1, 2 -> one(SIGNS) + one(GLOBS);
      case 3 -> (random.nextBoolean() ? "+" : "-") + "@"
          + one(List.of(Category.values())).name().toLowerCase(Locale.ROOT);
      case 4 -> "+" + one(commands).redisName() + "|" + one(ARGUMENTS);
      default -> (random.nextBoolean() ? "+" : "-") + name();
    };
  }

  private String selector() {
    StringBuilder words = new StringBuilder("(");
    for (int i = random.nextInt(5); i >= 0; i--) {
      words.append(right()).append(i > 0 ? " " : ")");
    }
    return words.toString();
  }

  /** Words of one SETUSER. */
  List<byte[]> rules() {
    List<String> rules = new ArrayList<>();
    for (int i = 1 + random.nextInt(6); i > 0; i--) {
      switch (random.nextInt(14)) {
        case 0 -> rules.add(one(FLAGS));
        case 1 -> rules.add(one(List.of(">", "<", "#", "!")) + one(PASSWORDS));
        case 2 -> rules.add(one(List.of("#", "!")) + UserDraft.sha256Of(bytes(one(PASSWORDS))));
        case 3 -> rules.add(selector());
        case 4 -> rules.addAll(List.of(selector().split(" ")));
        case 5 -> rules.add(random.nextInt(4) == 0 ? one(ODD) : right());
        default -> rules.add(right());
      }
    }
    return rules.stream().map(RuleDice::bytes).toList();
  }

  /** A command with arguments that are mostly as many as it takes. */
  List<byte[]> command() {
    List<String> words = new ArrayList<>(List.of(name().split("\\|")));
    Command alone = words.size() > 1 ? null : CommandRows.command(bytes(words.getFirst()));
    int arity = alone == null ? 3 : alone.arity();
    int size = Math.max(words.size(), Math.abs(arity) + (arity < 0 ? random.nextInt(5) : 0));
    if (random.nextInt(20) == 0) {
      size = words.size() + random.nextInt(3);
    }
    while (words.size() < size) {
      words.add(one(ARGUMENTS));
    }
    return words.stream().map(RuleDice::bytes).toList();
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
