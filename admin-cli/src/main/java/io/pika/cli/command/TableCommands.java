package io.pika.cli.command;

import io.pika.cli.api.ManagerApi;
import io.pika.cli.show.Column;
import io.pika.cli.show.Screen;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

@Command(name = "table", mixinStandardHelpOptions = true, synopsisSubcommandLabel = "COMMAND", description = {
    "Make and look after tables.",
    "A table is a key space of its own with its own password. A client chooses one with AUTH and SELECT."})
final class TableCommands implements Runnable {
  private static final List<Column> COLUMNS = List.of(Column.of("name", "name"), Column.number("id", "id"),
      Column.number("slots", "slots"), Column.number("replicas", "replicas"), Column.of("acks", "acks"),
      Column.of("state", "state"), Column.of("blocked", "blocked"), Column.of("password", "password"),
      Column.computed("nodes", TableCommands::leaders),
      Column.of("created", "createdAt"));
  private static final String NAME_HELP = "Name of the table.";
  private static final String CROSS_SLOT_HELP = "Commands whose keys lie in several slots: refuse, as a Redis"
      + " Cluster does, or serve, in parts that are not one instant together. Default: refuse.";

  private static final String ACKS_HELP = "Followers that must have a write before it is answered: a number, or"
      + " majority, so many that they and the leader are more than half. Default: 0.";

  private static final String SET_ACKS_HELP = "Followers that must have a write before it is answered: a number, or"
      + " majority. As it is when not given.";

  /** As the API writes them. */
  enum CrossSlotChoice {
    refuse, serve
  }

  private final Surroundings surroundings;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli
  private CommandSpec spec;

  TableCommands(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  @Command(name = "create", mixinStandardHelpOptions = true, description = "Make a table.", footer = {"",
      "Examples:", "  ./pika table create shop --slots 64 --password-prompt",
      "  ./pika table create shop --replicas 3 --acks majority",
      "  printf %%s \"$SECRET\" | ./pika table create shop --password-stdin", "",
      "Slots are the pieces that a table is spread by: more slots than it will ever have nodes. Without a"
          + " password the table is open to clients on the same machine, and to nobody else."})
  int create(@Mixin ManagerOptions manager, @Mixin OutputOptions output, @Mixin WaitOptions wait,
      @Mixin PasswordOptions password,
      @Parameters(paramLabel = "NAME", description = NAME_HELP) String name,
      @Option(names = "--slots", paramLabel = "N", defaultValue = "64", description = "A power of two, 1 to 16384. Default: ${DEFAULT-VALUE}.") int slots,
      @Option(names = "--cross-slot", paramLabel = "WHAT", description = CROSS_SLOT_HELP) CrossSlotChoice crossSlot,
      @Option(names = "--replicas", paramLabel = "N", description = "Copies of every slot, each on another node. Default: 1.") Integer replicas,
      @Option(names = "--acks", paramLabel = "N", description = ACKS_HELP) String acks)
      throws Exception {
    Screen screen = output.screen(surroundings);
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("name", name);
    body.put("slots", slots);
    if (crossSlot != null) {
      body.put("crossSlot", crossSlot.name());
    }
    if (replicas != null) {
      body.put("replicas", replicas);
    }
    if (acks != null) {
      body.put("acks", acks);
    }
    Optional<String> secret = password.read(surroundings);
    secret.ifPresent(given -> body.put("password", given));
    ManagerApi api = manager.api(surroundings);
    wait.finish(api, screen, api.order("POST", "/tables", body), "table " + name + " is ready: SELECT " + name
        + (secret.isPresent() ? " after AUTH with its password" : ""));
    return ExitCode.OK;
  }

  @Command(name = "list", aliases = "ls", mixinStandardHelpOptions = true, description = "List all tables.")
  int list(@Mixin ManagerOptions manager, @Mixin OutputOptions output) throws Exception {
    JsonNode tables = manager.api(surroundings).list("/tables", "tables");
    output.screen(surroundings).list(tables, COLUMNS, tables.path("tables"));
    return ExitCode.OK;
  }

  @Command(name = "show", mixinStandardHelpOptions = true, description = "Show one table and where its slots are.")
  int show(@Mixin ManagerOptions manager, @Mixin OutputOptions output,
      @Parameters(paramLabel = "NAME", description = NAME_HELP) String name) throws Exception {
    JsonNode table = manager.api(surroundings).get(path(name));
    output.screen(surroundings).card(table, List.of(Column.of("name", "name"), Column.of("id", "id"),
        Column.of("slots", "slots"), Column.of("replicas", "replicas"), Column.of("acks", "acks"),
        Column.of("state", "state"), Column.of("blocked", "blocked"),
        Column.of("password", "password"), Column.of("cross-slot", "crossSlot"),
        Column.of("created", "createdAt"),
        Column.computed("placed on", TableCommands::placement)));
    return ExitCode.OK;
  }

  @Command(name = "rename", mixinStandardHelpOptions = true, description = "Give a table another name. Connections that are on it stay on it.")
  int rename(@Mixin ManagerOptions manager, @Mixin OutputOptions output, @Mixin WaitOptions wait,
      @Parameters(paramLabel = "NAME", description = NAME_HELP) String name,
      @Parameters(paramLabel = "NEW", description = "Its new name.") String newName) throws Exception {
    ManagerApi api = manager.api(surroundings);
    wait.finish(api, output.screen(surroundings),
        api.order("POST", path(name) + "/rename", Map.of("name", newName)),
        "table " + name + " is called " + newName);
    return ExitCode.OK;
  }

  @Command(name = "password", mixinStandardHelpOptions = true, description = "Set a table's password, or take it away. Asks for it when no option says otherwise.", footer = {
      "", "Connections that are on the table stay on it; new ones need the new password."})
  int password(@Mixin ManagerOptions manager, @Mixin OutputOptions output, @Mixin WaitOptions wait,
      @Mixin PasswordOptions password,
      @Parameters(paramLabel = "NAME", description = NAME_HELP) String name,
      @Option(names = "--none", description = "No password from now on: open to clients on the same machine.") boolean none)
      throws Exception {
    ManagerApi api = manager.api(surroundings);
    Optional<String> given = password.read(surroundings);
    if (none && given.isPresent()) {
      throw new ParameterException(spec.commandLine(), "--none takes no password");
    }
    JsonNode answer = none
        ? api.order("DELETE", path(name) + "/password", null)
        : api.order("PUT", path(name) + "/password",
            Map.of("password", given.isPresent() ? given.get() : password.prompt(surroundings)));
    wait.finish(api, output.screen(surroundings), answer,
        "table " + name + (none ? " has no password any more" : " has a new password"));
    return ExitCode.OK;
  }

  @Command(name = "set", mixinStandardHelpOptions = true, description = "Change a table's number of copies and what its writes wait for, while it is in use.", footer = {
      "", "Examples:", "  ./pika table set shop --replicas 3 --acks majority",
      "  ./pika table set shop --acks 1", "",
      "New copies get the data first and count then; those that are too many go when nobody counts on them any more."
          + " ./pika slot list NAME shows how far it is; ./pika job list has the job, which goes on if you do not wait."})
  int set(@Mixin ManagerOptions manager, @Mixin OutputOptions output, @Mixin WaitOptions wait,
      @Parameters(paramLabel = "NAME", description = NAME_HELP) String name,
      @Option(names = "--replicas", paramLabel = "N", description = "Copies of every slot, each on another node. As it is when not given.") Integer replicas,
      @Option(names = "--acks", paramLabel = "N", description = SET_ACKS_HELP) String acks)
      throws Exception {
    Map<String, Object> body = new LinkedHashMap<>();
    if (replicas != null) {
      body.put("replicas", replicas);
    }
    if (acks != null) {
      body.put("acks", acks);
    }
    if (body.isEmpty()) {
      throw new ParameterException(spec.commandLine(), "nothing to set: give --replicas or --acks");
    }
    ManagerApi api = manager.api(surroundings);
    wait.finish(api, output.screen(surroundings), api.order("PUT", path(name) + "/replication", body),
        "table " + name + " has"
            + (replicas == null ? "" : " " + replicas + (replicas == 1 ? " copy" : " copies"))
            + (acks == null ? "" : (replicas == null ? "" : " and") + " acks " + acks));
    return ExitCode.OK;
  }

  @Command(name = "cross-slot", mixinStandardHelpOptions = true, description = "Say whether commands whose keys lie in several slots are served.")
  int crossSlot(@Mixin ManagerOptions manager, @Mixin OutputOptions output, @Mixin WaitOptions wait,
      @Parameters(paramLabel = "NAME", description = NAME_HELP) String name,
      @Parameters(paramLabel = "WHAT", description = CROSS_SLOT_HELP) CrossSlotChoice crossSlot)
      throws Exception {
    ManagerApi api = manager.api(surroundings);
    wait.finish(api, output.screen(surroundings),
        api.order("PUT", path(name) + "/cross-slot", Map.of("crossSlot", crossSlot.name())),
        "table " + name + (crossSlot == CrossSlotChoice.serve ? " serves" : " refuses")
            + " commands over several slots");
    return ExitCode.OK;
  }

  @Command(name = "block", mixinStandardHelpOptions = true, description = "Refuse all clients of a table. Its data stays.")
  int block(@Mixin ManagerOptions manager, @Mixin OutputOptions output, @Mixin WaitOptions wait,
      @Parameters(paramLabel = "NAME", description = NAME_HELP) String name) throws Exception {
    return order(manager.api(surroundings), output, wait, path(name) + "/block",
        "table " + name + " is blocked");
  }

  @Command(name = "unblock", mixinStandardHelpOptions = true, description = "Let clients in again.")
  int unblock(@Mixin ManagerOptions manager, @Mixin OutputOptions output, @Mixin WaitOptions wait,
      @Parameters(paramLabel = "NAME", description = NAME_HELP) String name) throws Exception {
    return order(manager.api(surroundings), output, wait, path(name) + "/unblock",
        "table " + name + " is open again");
  }

  private int order(ManagerApi api, OutputOptions output, WaitOptions wait, String path, String done)
      throws Exception {
    wait.finish(api, output.screen(surroundings), api.order("POST", path, null), done);
    return ExitCode.OK;
  }

  @Command(name = "drop", mixinStandardHelpOptions = true, description = "Delete a table with all its data, after asking. There is no way back.")
  int drop(@Mixin ManagerOptions manager, @Mixin OutputOptions output, @Mixin WaitOptions wait,
      @Parameters(paramLabel = "NAME", description = NAME_HELP) String name,
      @Option(names = {"-y", "--yes"}, description = "Do not ask.") boolean yes) throws Exception {
    Screen screen = output.screen(surroundings);
    ManagerApi api = manager.api(surroundings);
    api.get(path(name)); // so that nobody is asked about a table that is not there
    if (!yes && !confirmed(screen, name)) {
      screen.hint("nothing was deleted");
      return ExitCode.FAILED;
    }
    wait.finish(api, screen, api.order("DELETE", path(name), null), "table " + name + " is dropped");
    return ExitCode.OK;
  }

  private boolean confirmed(Screen screen, String name) throws IOException {
    screen.hint("This deletes table " + name + " with all its data. Type its name to go on:");
    String answer = new BufferedReader(new InputStreamReader(surroundings.in(), StandardCharsets.UTF_8))
        .readLine();
    return name.equals(answer == null ? null : answer.strip());
  }

  private static String path(String name) {
    return "/tables/" + ManagerApi.part(name);
  }

  private static String leaders(JsonNode table) {
    return table.path("leaders").valueStream().map(each -> each.path("node").asString())
        .collect(Collectors.joining(","));
  }

  private static String followers(JsonNode range) {
    String others = range.path("replicas").valueStream().map(JsonNode::asString)
        .filter(replica -> !replica.equals(range.path("leader").asString()))
        .collect(Collectors.joining(", "));
    return others.isEmpty() ? "" : " (also " + others + ")";
  }

  private static String placement(JsonNode table) {
    return table.path("ranges").valueStream().map(range -> "slots " + range.path("from").asString() + "-"
        + range.path("to").asString() + " on node " + range.path("leader").asString() + followers(range))
        .reduce((all, next) -> all + "; " + next).orElse("no node yet");
  }
}
