package io.pika.cli;

import io.pika.cli.command.PikaCommand;
import io.pika.cli.command.Surroundings;
import io.pika.cli.show.Screen;
import io.pika.cli.show.Screen.TerminalTraits;
import java.io.Console;
import java.io.PrintWriter;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The command line. The launcher {@code ./pika} says by system properties what only it knows: {@code pika.home}, and
 * what of the three streams is a terminal.
 */
public final class PikaMain {
  private PikaMain() {}

  public static void main(String[] arguments) {
    Map<String, String> environment = System.getenv();
    boolean styled = environment.getOrDefault("NO_COLOR", "").isEmpty()
        && !"dumb".equals(environment.getOrDefault("TERM", "dumb"));
    TerminalTraits traits = new TerminalTraits(Boolean.getBoolean("pika.out.terminal"),
        Boolean.getBoolean("pika.err.terminal") && styled, Integer.getInteger("pika.columns", 0), styled);
    Screen screen = new Screen(new PrintWriter(System.out, false, charset()),
        new PrintWriter(System.err, false, charset()),
        traits);
    Path home = Path.of(System.getProperty("pika.home", "")).toAbsolutePath();
    Path java = Path.of(System.getProperty("java.home"), "bin", "java");
    Surroundings surroundings = new Surroundings(screen, environment, home, java, System.in, PikaMain::ask,
        version());
    System.exit(PikaCommand.create(surroundings).execute(arguments));
  }

  private static Charset charset() {
    return Charset.forName(System.getProperty("stdout.encoding", Charset.defaultCharset().name()));
  }

  private static @Nullable String ask(String question) {
    Console console = System.console();
    char[] secret = console == null || !console.isTerminal() ? null : console.readPassword("%s", question);
    return secret == null ? null : new String(secret);
  }

  private static String version() {
    String version = PikaMain.class.getPackage().getImplementationVersion();
    return version == null ? "development" : version;
  }
}
