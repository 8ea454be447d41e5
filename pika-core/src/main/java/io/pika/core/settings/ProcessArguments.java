package io.pika.core.settings;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The arguments that every process takes: {@code --config FILE}, {@code --set name=value} (repeatable),
 * {@code --help}, {@code --version}. A switch of its own, such as an acceptance of damage, is given to
 * {@link #parse} and comes back among the switches.
 */
public final class ProcessArguments {
  /** What to do after the arguments were read. */
  public sealed interface Outcome {
    /** @param switches those of the process's own that were given */
    record Run(Settings settings, List<Switch> switches) implements Outcome {}

    /** Print the text (to the error stream unless the exit code is 0) and exit with the code: 0, or 2 for misuse. */
    record Say(String text, int exitCode) implements Outcome {}
  }

  /** @param name with its dashes, {@code --accept-log-damage} */
  public record Switch(String name, String doc) {}

  private static final int MISUSE = 2;

  private ProcessArguments() {}

  public static Outcome parse(String[] arguments, SettingsSpec spec, String version, Switch... own) {
    @Nullable Path file = null;
    List<String> assignments = new ArrayList<>();
    List<Switch> switches = new ArrayList<>();
    for (int i = 0; i < arguments.length; i++) {
      String argument = arguments[i];
      int equals = argument.startsWith("--") ? argument.indexOf('=') : -1;
      String option = equals < 0 ? argument : argument.substring(0, equals);
      switch (option) {
        case "--help", "-h" -> {
          return new Outcome.Say(help(spec, own), 0);
        }
        case "--version" -> {
          return new Outcome.Say(spec.process() + " " + version, 0);
        }
        case "--config", "--set" -> {
          if (equals < 0 && ++i == arguments.length) {
            return misuse(spec, option + " needs a value after it");
          }
          String value = equals < 0 ? arguments[i] : argument.substring(equals + 1);
          if (option.equals("--config")) {
            file = Path.of(value);
          } else {
            assignments.add(value);
          }
        }
        default -> {
          Switch given = find(argument, own);
          if (given == null) {
            return misuse(spec, "unknown argument " + argument);
          }
          switches.add(given);
        }
      }
    }
    try {
      return new Outcome.Run(Settings.load(spec, file, assignments), List.copyOf(switches));
    } catch (SettingsException refused) {
      return new Outcome.Say(String.join("\n", refused.problems()), MISUSE);
    }
  }

  private static @Nullable Switch find(String argument, Switch[] own) {
    for (Switch each : own) {
      if (each.name().equals(argument)) {
        return each;
      }
    }
    return null;
  }

  private static Outcome misuse(SettingsSpec spec, String problem) {
    return new Outcome.Say(problem + "; " + spec.process() + " --help shows what there is", MISUSE);
  }

  private static String help(SettingsSpec spec, Switch[] own) {
    StringBuilder text = new StringBuilder();
    text.append("Usage: ").append(spec.process()).append(" [--config FILE] [--set name=value]...\n\n");
    text.append("  --config FILE      settings file (YAML, one \"name: value\" to a line)\n");
    text.append("  --set name=value   one setting; wins over the file; repeatable\n");
    for (Switch each : own) {
      text.append("  ").append(each.name()).append("\n      ").append(each.doc()).append('\n');
    }
    text.append("  --version, --help\n\nSettings, with their defaults:\n\n").append(SettingsPage.plain(spec));
    return text.toString();
  }
}
