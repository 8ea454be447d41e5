package io.pika.cli.command;

import io.pika.cli.api.ManagerApi;
import io.pika.cli.show.Column;
import io.pika.cli.show.Screen;
import io.pika.proxy.routing.SlotHash;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

@Command(name = "slot", mixinStandardHelpOptions = true, synopsisSubcommandLabel = "COMMAND", description = "See where the slots of a table are, and which slot and node a key belongs to.")
final class SlotCommands implements Runnable {
  private static final List<Column> COLUMNS = List.of(Column.computed("slots", SlotCommands::range),
      Column.number("leader", "leader"), Column.of("replicas", "replicas"), Column.number("epoch", "epoch"),
      Column.of("in step", "inStep"));

  private final Surroundings surroundings;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli
  private CommandSpec spec;

  SlotCommands(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  @Command(name = "list", aliases = "ls", mixinStandardHelpOptions = true, description = "List a table's slots: neighbours with the same leader, replicas and epoch are one line.")
  int list(@Mixin ManagerOptions manager, @Mixin OutputOptions output,
      @Parameters(paramLabel = "TABLE", description = "Name of the table.") String table) throws Exception {
    JsonNode found = manager.api(surroundings).get("/tables/" + ManagerApi.part(table));
    output.screen(surroundings).list(found.path("ranges"), COLUMNS, found.path("ranges"));
    return ExitCode.OK;
  }

  @Command(name = "show", mixinStandardHelpOptions = true, description = "Show one slot of a table.")
  int show(@Mixin ManagerOptions manager, @Mixin OutputOptions output,
      @Parameters(paramLabel = "TABLE", description = "Name of the table.") String table,
      @Parameters(paramLabel = "SLOT", description = "Its number, from 0.") int slot) throws Exception {
    JsonNode found = manager.api(surroundings).get("/tables/" + ManagerApi.part(table));
    return card(output.screen(surroundings), found, slot, List.of());
  }

  @Command(name = "of", mixinStandardHelpOptions = true, description = "Say which slot and node a key belongs to.", footer = {
      "", "Example:", "  ./pika slot of shop '{user:1}:name'", "",
      "Of a key with {...} in it only what is between the braces counts: such keys stay together."})
  int of(@Mixin ManagerOptions manager, @Mixin OutputOptions output,
      @Parameters(paramLabel = "TABLE", description = "Name of the table.") String table,
      @Parameters(paramLabel = "KEY", description = "The key.") String key) throws Exception {
    JsonNode found = manager.api(surroundings).get("/tables/" + ManagerApi.part(table));
    int slot = SlotHash.slot(key.getBytes(StandardCharsets.UTF_8), found.path("slots").asInt());
    return card(output.screen(surroundings), found, slot, List.of(Column.computed("key", row -> key)));
  }

  private static int card(Screen screen, JsonNode table, int slot, List<Column> before) {
    for (JsonNode range : table.path("ranges")) {
      if (range.path("from").asInt() <= slot && slot <= range.path("to").asInt()) {
        ObjectNode data = JsonMapper.shared().createObjectNode();
        data.put("table", table.path("name").asString()).put("slot", slot);
        data.set("leader", range.path("leader"));
        data.set("replicas", range.path("replicas"));
        data.set("epoch", range.path("epoch"));
        data.set("inStep", range.path("inStep"));
        screen.card(data, Stream.concat(before.stream(),
            List.of(Column.of("table", "table"), Column.of("slot", "slot"), Column.of("leader", "leader"),
                Column.of("replicas", "replicas"), Column.of("epoch", "epoch"),
                Column.of("in step", "inStep")).stream())
            .toList());
        return ExitCode.OK;
      }
    }
    screen.hint("pika: table " + table.path("name").asString() + " has slots 0 to "
        + (table.path("slots").asInt() - 1));
    return ExitCode.REFUSED;
  }

  private static String range(JsonNode range) {
    String from = range.path("from").asString();
    String to = range.path("to").asString();
    return from.equals(to) ? from : from + "-" + to;
  }
}
