package io.pika.cli.command;

import io.pika.cli.api.ApiException;
import io.pika.cli.local.LocalTrouble;
import io.pika.cli.show.Screen;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./pika} itself: the list of its commands, and what becomes of their errors. */
@Command(name = "pika", mixinStandardHelpOptions = true, description = "A database that speaks the Redis protocol, on your machine or on many.", synopsisSubcommandLabel = "COMMAND", footer = {
    "", "First steps:", "  ./pika up                                        a manager and three nodes",
    "  redis-cli -p 9221 set greeting hello             any node, any Redis client",
    "  ./pika table create shop --slots 64 --password-prompt",
    "  ./pika status", "  ./pika down                                      data stays", "",
    "Also: ./pika bench (docs/performance.md), ./pika test, ./pika fmt (CONTRIBUTING.md). Every command has --help.",
    "Exit codes: 0 done, 1 failed, 2 wrong usage, 3 no manager answers, 4 refused, 5 not permitted."})
public final class PikaCommand implements Runnable {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli
  private CommandSpec spec;

  private PikaCommand() {}

  /** The whole command line, ready to execute. */
  public static CommandLine create(Surroundings surroundings) {
    CommandLine root = new CommandLine(new PikaCommand());
    root.addSubcommand(new UpCommand(surroundings));
    root.addSubcommand(new DownCommand(surroundings));
    root.addSubcommand(new StatusCommand(surroundings));
    root.addSubcommand(new DoctorCommand(surroundings));
    root.addSubcommand(new LogsCommand(surroundings));
    root.addSubcommand(new TableCommands(surroundings));
    root.addSubcommand(new UserCommands(surroundings));
    root.addSubcommand(new NodeCommands(surroundings));
    root.addSubcommand(new FailoverCommands(surroundings));
    root.addSubcommand(new SlotCommands(surroundings));
    root.addSubcommand(new JobCommands(surroundings));
    root.addSubcommand(new TokenCommands(surroundings));
    root.addSubcommand(new ImportCommand(surroundings));
    root.addSubcommand(new CompletionCommand(surroundings));
    root.addSubcommand(new VersionCommand(surroundings));
    root.getCommandSpec().version("pika " + surroundings.version());
    Screen screen = surroundings.screen();
    root.setOut(screen.out());
    root.setErr(screen.err());
    root.setCaseInsensitiveEnumValuesAllowed(true);
    root.setUsageHelpAutoWidth(true);
    root.setExecutionExceptionHandler((trouble, command, parsed) -> explain(trouble, screen));
    root.setParameterExceptionHandler((wrong, arguments) -> misuse(wrong, screen));
    return root;
  }

  /** Without a command: what there is. */
  @Override
  public void run() {
    spec.commandLine().usage(spec.commandLine().getOut());
  }

  private static int misuse(ParameterException wrong, Screen screen) {
    CommandLine command = wrong.getCommandLine();
    screen.hint("pika: " + wrong.getMessage());
    CommandLine.UnmatchedArgumentException.printSuggestions(wrong, screen.err());
    screen.hint("./" + command.getCommandSpec().qualifiedName() + " --help shows how it is used");
    return ExitCode.USAGE;
  }

  private static int explain(Exception trouble, Screen screen) throws Exception {
    return switch (trouble) {
      case ParameterException wrong -> misuse(wrong, screen);
      case ApiException refused -> {
        screen.hint("pika: " + refused.getMessage());
        yield switch (refused.kind()) {
          case UNREACHABLE, BROKEN -> ExitCode.UNREACHABLE;
          case REFUSED -> ExitCode.REFUSED;
          case NOT_PERMITTED -> ExitCode.NOT_PERMITTED;
          case FAILED -> ExitCode.FAILED;
        };
      }
      case LocalTrouble local -> {
        screen.hint("pika: " + local.getMessage());
        local.details().forEach(line -> screen.hint("  " + line));
        yield ExitCode.FAILED;
      }
      case InterruptedException stop -> ExitCode.INTERRUPTED;
      case IOException disk -> {
        screen.hint("pika: " + said(disk));
        yield ExitCode.FAILED;
      }
      default -> throw trouble; // a bug of ours: its stack trace is what somebody needs
    };
  }

  /** Exceptions of files have a path for a message; say what happened too. */
  private static @Nullable String said(IOException trouble) {
    return switch (trouble) {
      case AccessDeniedException denied -> "no permission for " + denied.getFile();
      case FileSystemException file -> file.getClass().getSimpleName().replace("Exception", "") + ": "
          + file.getMessage();
      default -> trouble.getMessage();
    };
  }
}
