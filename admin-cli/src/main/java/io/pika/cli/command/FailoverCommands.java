package io.pika.cli.command;

import io.pika.cli.api.ManagerApi;
import io.pika.cli.show.Column;
import io.pika.cli.show.Screen;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

@Command(name = "failover", mixinStandardHelpOptions = true, synopsisSubcommandLabel = "COMMAND", description = {
    "See which slots nobody leads, and say how it goes on when the manager stops and asks.",
    "Leaders that are gone are replaced by themselves; this is for when too much is gone at once."})
final class FailoverCommands implements Runnable {
  private static final List<Column> COLUMNS = List.of(Column.of("table", "table"),
      Column.number("from", "from"),
      Column.number("to", "to"), Column.of("why", "why"));

  private final Surroundings surroundings;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli
  private CommandSpec spec;

  FailoverCommands(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  @Command(name = "show", mixinStandardHelpOptions = true, description = "List slots that nobody leads, and what their election waits for.")
  int show(@Mixin ManagerOptions manager, @Mixin OutputOptions output) throws Exception {
    JsonNode failover = manager.api(surroundings).get("/failover");
    Screen screen = output.screen(surroundings);
    screen.list(failover, COLUMNS, failover.path("waiting"));
    String brake = failover.path("brake").asString("");
    if (!brake.isEmpty()) {
      screen.hint("pika: " + brake + "; ./pika failover release says so");
    }
    return ExitCode.OK;
  }

  @Command(name = "release", mixinStandardHelpOptions = true, description = {
      "Replace leaders although most nodes are silent at once, for five minutes.",
      "Make sure first that it is the nodes that are gone, and not the manager that is cut off."})
  int release(@Mixin ManagerOptions manager, @Mixin OutputOptions output) throws Exception {
    JsonNode answer = manager.api(surroundings).order("POST", "/failover/release", null);
    output.screen(surroundings)
        .hint("leaders are replaced for the next " + answer.path("seconds").asString() + " s");
    return ExitCode.OK;
  }

  @Command(name = "accept-loss", mixinStandardHelpOptions = true, description = {
      "Elect leaders of a table from what replicas there are, for five minutes, after asking.",
      "Writes that were acknowledged by replicas that are gone are lost by it, also when they come back."})
  int acceptLoss(@Mixin ManagerOptions manager, @Mixin OutputOptions output,
      @Parameters(paramLabel = "TABLE", description = "Name of the table.") String table,
      @Option(names = {"-y", "--yes"}, description = "Do not ask.") boolean yes) throws Exception {
    Screen screen = output.screen(surroundings);
    ManagerApi api = manager.api(surroundings);
    if (!yes) {
      screen.hint("Acknowledged writes of table " + table + " may be lost. Type its name to go on:");
      String answer = new BufferedReader(new InputStreamReader(surroundings.in(), StandardCharsets.UTF_8))
          .readLine();
      if (answer == null || !answer.strip().equals(table)) {
        screen.hint("nothing was changed");
        return ExitCode.FAILED;
      }
    }
    JsonNode answer = api.order("POST", "/tables/" + ManagerApi.part(table) + "/accept-loss", null);
    screen.hint("leaders of table " + table + " are elected from what there is for the next "
        + answer.path("seconds").asString() + " s");
    return ExitCode.OK;
  }
}
