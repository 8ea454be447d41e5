package io.pika.cli.command;

import io.pika.cli.show.OutputForm;
import io.pika.cli.show.Screen;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code --output}, for every command that has a result. */
final class OutputOptions {
  @Option(names = {"-o",
      "--output"}, paramLabel = "FORM", description = "How to write the result: table, json or tsv. Default: table, or what PIKA_OUTPUT says.")
  @Nullable OutputForm form;

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // picocli
  CommandSpec command;

  Screen screen(Surroundings surroundings) {
    OutputForm chosen = form;
    String fromEnvironment = surroundings.environment().getOrDefault("PIKA_OUTPUT", "");
    if (chosen == null && !fromEnvironment.isEmpty()) {
      try {
        chosen = OutputForm.valueOf(fromEnvironment.toUpperCase(Locale.ROOT));
      } catch (IllegalArgumentException unknown) {
        throw new ParameterException(command.commandLine(),
            "PIKA_OUTPUT is " + fromEnvironment + "; it must be table, json or tsv", unknown);
      }
    }
    surroundings.screen().use(chosen == null ? OutputForm.TABLE : chosen);
    return surroundings.screen();
  }
}
