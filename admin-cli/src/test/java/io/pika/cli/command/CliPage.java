package io.pika.cli.command;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/** Writes the reference of the commands from their help. */
final class CliPage {
  private CliPage() {}

  /** The command and all below it, in the order of the help; aliases once. */
  static List<CommandLine> all(CommandLine root) {
    List<CommandLine> all = new ArrayList<>();
    all.add(root);
    new LinkedHashSet<>(root.getSubcommands().values()).forEach(each -> all.addAll(all(each)));
    return all;
  }

  static String markdown(CommandLine root) {
    StringBuilder page = new StringBuilder();
    for (CommandLine command : all(root)) {
      String name = command.getCommandSpec().qualifiedName();
      page.append(command == root ? "## " : "### ").append("./").append(name).append("\n\n```\n");
      command.getUsageMessage(Ansi.OFF).lines()
          .forEach(line -> page.append(line.stripTrailing()).append('\n'));
      page.append("```\n\n");
    }
    return page.toString();
  }
}
