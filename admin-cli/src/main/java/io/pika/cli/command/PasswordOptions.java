package io.pika.cli.command;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The ways to give a password. */
final class PasswordOptions {
  @Option(names = "--password", paramLabel = "PASSWORD", description = "The password. It stays in the shell's history; the other two ways do not.")
  @Nullable String password;

  @Option(names = "--password-stdin", description = "Read the password from the first line of the standard input.") boolean fromInput;

  @Option(names = "--password-prompt", description = "Ask for the password, twice, without showing it.") boolean ask;

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // picocli
  CommandSpec command;

  /** Empty when no way was chosen. */
  Optional<String> read(Surroundings surroundings) throws IOException {
    int ways = (password != null ? 1 : 0) + (fromInput ? 1 : 0) + (ask ? 1 : 0);
    if (ways > 1) {
      throw usage("give the password in one way only: --password, --password-stdin or --password-prompt");
    }
    if (ask) {
      return Optional.of(prompt(surroundings));
    }
    if (fromInput) {
      BufferedReader in = new BufferedReader(
          new InputStreamReader(surroundings.in(), StandardCharsets.UTF_8));
      return Optional.of(notEmpty(in.readLine()));
    }
    return password == null ? Optional.empty() : Optional.of(notEmpty(password));
  }

  /** Asks whatever the options say; for commands that are about nothing else. */
  String prompt(Surroundings surroundings) throws IOException {
    String first = surroundings.prompt().ask("Password: ");
    if (first == null) {
      throw usage("there is no terminal to ask for the password; use --password-stdin");
    }
    if (!notEmpty(first).equals(surroundings.prompt().ask("Once more: "))) {
      throw usage("the two passwords differ; nothing was changed");
    }
    return first;
  }

  private String notEmpty(@Nullable String given) {
    if (given == null || given.isEmpty()) {
      throw usage("the password is empty");
    }
    return given;
  }

  private ParameterException usage(String problem) {
    return new ParameterException(command.commandLine(), problem);
  }
}
