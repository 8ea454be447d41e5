package io.pika.node.acl;

import io.pika.proxy.protocol.Category;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.CommandSpec;
import io.pika.proxy.protocol.Group;
import io.pika.proxy.protocol.SubCommand;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Commands and sub-commands as places in a bitmap. Places are of this process only: nothing keeps them. */
final class CommandRows {
  private static final int COMMANDS = Command.values().length;
  static final int COUNT = COMMANDS + SubCommand.values().length;

  /** Of commands that a user may get who may run whatever comes: the place behind all. */
  static final int FUTURE = COUNT;

  private static final List<Command> BY_NAME = List.of(Command.values()).stream()
      .sorted(Comparator.comparing(Command::redisName)).toList();

  private CommandRows() {}

  /** @param parent -1 for a command */
  record Row(int place, int parent, CommandSpec spec) {
    /** Commands that Redis does not have do not count when rules are put into words, so that they are Redis' words. */
    boolean isOfRedis() {
      return spec.group() != Group.PIKA && spec.group() != Group.SENTINELS;
    }

    boolean isIn(Category category) {
      return spec.categories().contains(category);
    }
  }

  /** Each command before its sub-commands, by name. */
  static final List<Row> ALL = all();

  private static List<Row> all() {
    List<Row> rows = new ArrayList<>();
    for (Command command : BY_NAME) {
      rows.add(new Row(place(command), -1, command.spec()));
      command.subCommands().stream().sorted(Comparator.comparing(SubCommand::redisName))
          .forEach(sub -> rows.add(new Row(place(sub), place(command), sub.spec())));
    }
    return List.copyOf(rows);
  }

  static int place(Command command) {
    return command.ordinal();
  }

  static int place(SubCommand subCommand) {
    return COMMANDS + subCommand.ordinal();
  }

  static @Nullable Command command(byte[] name) {
    return Command.find(name, 0, name.length);
  }

  /** "config|get", or null. */
  static @Nullable SubCommand subCommand(String name) {
    int bar = name.indexOf('|');
    Command command = command(name.substring(0, bar).getBytes(StandardCharsets.ISO_8859_1));
    return command == null
        ? null
        : SubCommand.find(command, name.substring(bar + 1).getBytes(StandardCharsets.ISO_8859_1));
  }
}
