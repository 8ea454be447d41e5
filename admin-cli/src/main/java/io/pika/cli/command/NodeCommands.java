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
      "Take a node out of the cluster for good, after asking. Stop its process first.",
      "Other nodes get copies of what it had, from those that are left. The manager refuses when only this node has the"
          + " data of some slots, unless --accept-loss says that it may be lost: those slots then begin empty."})
  int remove(@Mixin ManagerOptions manager, @Mixin OutputOptions output, @Mixin WaitOptions wait,
      @Parameters(paramLabel = "ID", description = "Its number, as node list shows it.") int id,
      @Option(names = "--accept-loss", description = "Also when data is lost by it.") boolean acceptLoss,
      @Option(names = {"-y", "--yes"}, description = "Do not ask.") boolean yes)
      throws Exception {
    Screen screen = output.screen(surroundings);
    ManagerApi api = manager.api(surroundings);
    JsonNode node = api.get("/nodes/" + id);
    if (!yes) {
      screen.hint("This takes node " + id + " (" + address(node) + ") out of the cluster"
          + (acceptLoss ? " with the data that only it has" : "") + ". Type its number to go on:");
      String answer = new BufferedReader(new InputStreamReader(surroundings.in(), StandardCharsets.UTF_8))
          .readLine();
      if (answer == null || !answer.strip().equals(String.valueOf(id))) {
        screen.hint("nothing was changed");
        return ExitCode.FAILED;
      }
    }
    JsonNode job = api.order("DELETE", "/nodes/" + id + (acceptLoss ? "?force=true" : ""), null);
    wait.finish(api, screen, job, "node " + id + " is removed");
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
