package io.pika.cli.command;

import io.pika.cli.show.Column;
import io.pika.cli.show.Screen;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

@Command(name = "token", mixinStandardHelpOptions = true, synopsisSubcommandLabel = "COMMAND", description = {
    "Hand out the tokens that the manager's API asks for, and take them back.",
    "A viewer sees, an operator also works with tables, an admin also with nodes and tokens."})
final class TokenCommands implements Runnable {
  /** What a token may do. */
  enum Role {
    VIEWER, OPERATOR, ADMIN
  }

  private static final List<Column> COLUMNS = List.of(Column.number("id", "id"), Column.of("name", "name"),
      Column.of("role", "role"), Column.of("created", "createdAt"), Column.of("expires", "expiresAt"));

  private final Surroundings surroundings;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli
  private CommandSpec spec;

  TokenCommands(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  @Command(name = "create", mixinStandardHelpOptions = true, description = "Make a token. It is shown this once; the manager keeps only a hash of it.", footer = {
      "", "Example:", "  (umask 077; ./pika token create ci --role operator > ci.token)"})
  int create(@Mixin ManagerOptions manager, @Mixin OutputOptions output,
      @Parameters(paramLabel = "NAME", description = "Who or what it is for.") String name,
      @Option(names = "--role", paramLabel = "ROLE", required = true, description = "viewer, operator or admin.") Role role,
      @Option(names = "--days", paramLabel = "N", description = "Days until it expires. Default: never.") @Nullable Integer days)
      throws Exception {
    Screen screen = output.screen(surroundings);
    Map<String, Object> body = new LinkedHashMap<>();
    body.put("name", name);
    body.put("role", role.name().toLowerCase(Locale.ROOT));
    if (days != null) {
      body.put("days", days);
    }
    JsonNode made = manager.api(surroundings).post("/tokens", body);
    screen.done(made, made.path("token").asString());
    return ExitCode.OK;
  }

  @Command(name = "list", aliases = "ls", mixinStandardHelpOptions = true, description = "List tokens: names and roles, not the tokens themselves.")
  int list(@Mixin ManagerOptions manager, @Mixin OutputOptions output) throws Exception {
    JsonNode tokens = manager.api(surroundings).get("/tokens");
    output.screen(surroundings).list(tokens, COLUMNS, tokens.path("tokens"));
    return ExitCode.OK;
  }

  @Command(name = "revoke", mixinStandardHelpOptions = true, description = "Take a token back; it opens nothing any more.")
  int revoke(@Mixin ManagerOptions manager, @Mixin OutputOptions output,
      @Parameters(paramLabel = "ID", description = "Its number, as token list shows it.") int id)
      throws Exception {
    output.screen(surroundings).done(manager.api(surroundings).delete("/tokens/" + id),
        "token " + id + " is revoked");
    return ExitCode.OK;
  }
}
