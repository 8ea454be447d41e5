package io.pika.cli.command;

import io.pika.cli.api.ManagerApi;
import io.pika.cli.show.Column;
import io.pika.cli.show.Screen;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import tools.jackson.databind.JsonNode;

@Command(name = "job", mixinStandardHelpOptions = true, synopsisSubcommandLabel = "COMMAND", description = "Look at the manager's jobs. A job goes on after a crash of the manager, from where it was.")
final class JobCommands implements Runnable {
  private final Surroundings surroundings;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli
  private CommandSpec spec;

  JobCommands(Surroundings surroundings) {
    this.surroundings = surroundings;
  }

  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  @Command(name = "list", aliases = "ls", mixinStandardHelpOptions = true, description = "List jobs, the newest first.")
  int list(@Mixin ManagerOptions manager, @Mixin OutputOptions output,
      @Option(names = {"-n",
          "--limit"}, paramLabel = "N", defaultValue = "50", description = "How many, at most 1000. Default: ${DEFAULT-VALUE}.") int limit)
      throws Exception {
    JsonNode jobs = manager.api(surroundings).get("/jobs?limit=" + limit);
    output.screen(surroundings).list(jobs, Jobs.COLUMNS, jobs.path("jobs"));
    return ExitCode.OK;
  }

  @Command(name = "show", mixinStandardHelpOptions = true, description = "Show one job and its steps.")
  int show(@Mixin ManagerOptions manager, @Mixin OutputOptions output,
      @Parameters(paramLabel = "ID", description = "Its number, as job list shows it.") long id)
      throws Exception {
    JsonNode job = manager.api(surroundings).get("/jobs/" + id);
    Screen screen = output.screen(surroundings);
    switch (screen.form()) {
      case JSON -> screen.json(job);
      case TABLE, TSV -> {
        screen.card(job, Jobs.COLUMNS);
        screen.list(job.path("steps"), List.of(Column.of("step", "text"), Column.of("from", "startedAt"),
            Column.of("to", "finishedAt")), job.path("steps"));
      }
    }
    return ExitCode.OK;
  }

  @Command(name = "watch", mixinStandardHelpOptions = true, description = "Wait until a job is over, showing how far it is.")
  int watch(@Mixin ManagerOptions manager, @Mixin OutputOptions output,
      @Parameters(paramLabel = "ID", description = "Its number, as job list shows it.") long id,
      @Option(names = "--timeout", paramLabel = "SECONDS", defaultValue = "600", description = "How long to wait. Default: ${DEFAULT-VALUE}.") int timeoutSeconds)
      throws Exception {
    Screen screen = output.screen(surroundings);
    ManagerApi api = manager.api(surroundings);
    JsonNode job = new JobWait(api, screen).await(api.get("/jobs/" + id), Duration.ofSeconds(timeoutSeconds));
    screen.done(job, Jobs.title(job) + ": " + Jobs.state(job));
    return ExitCode.OK;
  }
}
