package io.pika.cli.command;

import io.pika.cli.api.ManagerApi;
import io.pika.cli.show.Column;
import io.pika.cli.show.Screen;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.SubCommand;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

@picocli.CommandLine.Command(name = "user", mixinStandardHelpOptions = true, synopsisSubcommandLabel = "COMMAND", description = {
    "Give users rights in a table, and take them away. The table's own password may do everything.",
    "Clients log in as USER@TABLE. They can do the same with ACL SETUSER, if they may."})
final class UserCommands implements Runnable {
  private static final String TABLE_HELP = "The table's name, or its id.";
  private static final String USER_HELP = "The user's name.";
  private static final List<Column> COLUMNS = List.of(Column.of("name", "name"), Column.of("state", "state"),
      Column.of("passwords", "passwordsText"), Column.of("rules", "rulesText"));

  private final Surroundings surroundings;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli
  private CommandSpec spec;

  UserCommands(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  @picocli.CommandLine.Command(name = "list", aliases = "ls", mixinStandardHelpOptions = true, description = "List the users of a table.")
  int list(@Mixin ManagerOptions manager, @Mixin OutputOptions output,
      @Parameters(paramLabel = "TABLE", description = TABLE_HELP) String table) throws Exception {
    JsonNode users = manager.api(surroundings).get(path(table));
    ArrayNode rows = JsonMapper.shared().createArrayNode();
    users.path("users").forEach(user -> rows.add(row(user)));
    output.screen(surroundings).list(users, COLUMNS, rows);
    return ExitCode.OK;
  }

  @picocli.CommandLine.Command(name = "show", mixinStandardHelpOptions = true, description = "Show one user.")
  int show(@Mixin ManagerOptions manager, @Mixin OutputOptions output,
      @Parameters(paramLabel = "TABLE", description = TABLE_HELP) String table,
      @Parameters(paramLabel = "USER", description = USER_HELP) String user) throws Exception {
    JsonNode found = manager.api(surroundings).get(path(table, user));
    output.screen(surroundings).list(found, COLUMNS, JsonMapper.shared().createArrayNode().add(row(found)));
    return ExitCode.OK;
  }

  @picocli.CommandLine.Command(name = "set", mixinStandardHelpOptions = true, description = {
      "Make a user, or replace what it may do. Passwords stay when none is given."}, footer = {"",
          "Rules are words of Redis' ACL SETUSER. Those that begin with a minus come behind two:",
          "  ./pika user set shop ann --password-prompt '~app:*' +@read +@write",
          "  ./pika user set shop ann -- '~*' +@all -@dangerous"})
  int set(@Mixin ManagerOptions manager, @Mixin OutputOptions output, @Mixin PasswordOptions passwords,
      @Parameters(paramLabel = "TABLE", description = TABLE_HELP) String table,
      @Parameters(paramLabel = "USER", description = USER_HELP) String user,
      @Parameters(paramLabel = "RULE", arity = "0..*", description = "What it may do: ~keys, %%R~keys, &channels, +command, +command|sub, +@category, and with a minus what not.") List<String> rules,
      @Option(names = "--off", description = "It cannot log in; who is connected stays.") boolean off,
      @Option(names = "--any-password", description = "Whatever password is right.") boolean any)
      throws Exception {
    List<String> words = rules == null ? List.of() : rules;
    refuseUnknownCommands(words);
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("rules", words);
    body.put("enabled", !off);
    body.put("anyPassword", any);
    Optional<String> password = passwords.read(surroundings);
    password.ifPresent(given -> body.put("password", given));
    Screen screen = output.screen(surroundings);
    JsonNode now = manager.api(surroundings).order("PUT", path(table, user), body);
    screen.done(now, "user " + user + " of table " + table + " is set");
    return ExitCode.OK;
  }

  @picocli.CommandLine.Command(name = "delete", aliases = "rm", mixinStandardHelpOptions = true, description = "Delete a user. Its connections are closed.")
  int delete(@Mixin ManagerOptions manager, @Mixin OutputOptions output,
      @Parameters(paramLabel = "TABLE", description = TABLE_HELP) String table,
      @Parameters(paramLabel = "USER", description = USER_HELP) String user) throws Exception {
    output.screen(surroundings).done(manager.api(surroundings).delete(path(table, user)),
        "user " + user + " of table " + table + " is deleted");
    return ExitCode.OK;
  }

  /** The manager does not know which commands there are, and nodes leave out those that they do not know. */
  private void refuseUnknownCommands(List<String> rules) {
    List<String> unknown = new ArrayList<>();
    for (String rule : rules) {
      for (String word : rule.replaceAll("[()]", " ").strip().split(" +")) {
        if (word.matches("[+-][^@].*") && !isCommand(word.substring(1))) {
          unknown.add(word);
        }
      }
    }
    if (!unknown.isEmpty()) {
      throw new ParameterException(spec.commandLine(),
          "there is no such command: " + String.join(", ", unknown));
    }
  }

  private static boolean isCommand(String name) {
    String[] parts = name.split("\\|", 2);
    byte[] first = parts[0].getBytes(StandardCharsets.UTF_8);
    Command command = Command.find(first, 0, first.length);
    return command != null && (parts.length == 1 || command.subCommands().isEmpty()
        || SubCommand.find(command, parts[1].getBytes(StandardCharsets.UTF_8)) != null);
  }

  private static ObjectNode row(JsonNode user) {
    return JsonMapper.shared().createObjectNode().put("name", user.path("name").asString())
        .put("state", user.path("enabled").asBoolean() ? "on" : "off")
        .put("passwordsText",
            user.path("anyPassword").asBoolean() ? "any" : user.path("passwords").asString())
        .put("rulesText",
            user.path("rules").valueStream().map(JsonNode::asString).collect(Collectors.joining(" ")));
  }

  private static String path(String table) {
    return "/tables/" + ManagerApi.part(table) + "/users";
  }

  private static String path(String table, String user) {
    return path(table) + "/" + ManagerApi.part(user);
  }
}
