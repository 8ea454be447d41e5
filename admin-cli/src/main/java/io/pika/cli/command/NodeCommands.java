package io.pika.cli.command;

import io.pika.cli.api.ManagerApi;
import io.pika.cli.show.Column;
import io.pika.cli.show.Screen;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

@Command(name = "node", mixinStandardHelpOptions = true, synopsisSubcommandLabel = "COMMAND", description = "Look at the nodes of the cluster, or take one out of it.")
final class NodeCommands implements Runnable {
  static final List<Column> COLUMNS = List.of(Column.number("id", "id"), Column.of("state", "state"),
      Column.computed("address", NodeCommands::address), Column.of("version", "softwareVersion"),
      Column.number("slots", "slots"), Column.number("keys", "keys"),
      Column.bytes("memory", "memoryUsedBytes"),
      Column.bytes("disk", "diskUsedBytes"), Column.number("clients", "connections"),
      Column.of("trouble", "trouble"));

  private final Surroundings surroundings;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli
  private CommandSpec spec;

  NodeCommands(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  @Command(name = "list", aliases = "ls", mixinStandardHelpOptions = true, description = "List all nodes.")
  int list(@Mixin ManagerOptions manager, @Mixin OutputOptions output) throws Exception {
    JsonNode nodes = manager.api(surroundings).get("/nodes");
    output.screen(surroundings).list(nodes, COLUMNS, nodes.path("nodes"));
    return ExitCode.OK;
  }

  @Command(name = "show", mixinStandardHelpOptions = true, description = "Show everything that is known of a node.")
  int show(@Mixin ManagerOptions manager, @Mixin OutputOptions output,
      @Parameters(paramLabel = "ID", description = "Its number, as node list shows it.") int id)
      throws Exception {
    JsonNode node = manager.api(surroundings).get("/nodes/" + id);
    List<Column> fields = node.propertyNames().stream().sorted().map(name -> Column.of(words(name), name))
        .toList();
    output.screen(surroundings).card(node, fields);
    return ExitCode.OK;
  }

  @Command(name = "remove", aliases = "rm", mixinStandardHelpOptions = true, description = {
      "Take a node out of the cluster for good, after asking.",
      "Its slots get other leaders, which begin empty: what only this node had is lost. Stop the process first."})
  int remove(@Mixin ManagerOptions manager, @Mixin OutputOptions output, @Mixin WaitOptions wait,
      @Parameters(paramLabel = "ID", description = "Its number, as node list shows it.") int id,
      @Option(names = {"-y", "--yes"}, description = "Do not ask.") boolean yes) throws Exception {
    Screen screen = output.screen(surroundings);
    ManagerApi api = manager.api(surroundings);
    JsonNode node = api.get("/nodes/" + id);
    if (!yes) {
      screen.hint(
          "This takes node " + id + " (" + address(node) + ") out of the cluster with the data that it has."
              + " Type its number to go on:");
      String answer = new BufferedReader(new InputStreamReader(surroundings.in(), StandardCharsets.UTF_8))
          .readLine();
      if (answer == null || !answer.strip().equals(String.valueOf(id))) {
        screen.hint("nothing was changed");
        return ExitCode.FAILED;
      }
    }
    wait.finish(api, screen, api.delete("/nodes/" + id), "node " + id + " is removed");
    return ExitCode.OK;
  }

  static String address(JsonNode node) {
    return node.path("host").asString("") + ":" + node.path("clientPort").asString("");
  }

  /** {@code memoryUsedBytes} as {@code memory used bytes}. */
  private static String words(String field) {
    return field.replaceAll("([A-Z])", " $1").toLowerCase(Locale.ROOT);
  }
}
