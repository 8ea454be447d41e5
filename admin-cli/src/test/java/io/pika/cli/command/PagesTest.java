package io.pika.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.pika.cli.show.Screen;
import io.pika.core.settings.SettingsPage;
import io.pika.manager.ManagerSettings;
import io.pika.node.settings.NodeSettings;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

/**
 * The reference pages say what the program says. After a change: {@code ./pika test admin-cli -Dpika.write-docs=true}
 * writes them anew; look at the difference before it is committed.
 */
class PagesTest {
  private static final String MARK = "<!-- From here on made from the program itself. -->\n\n";

  @Test
  void commandsPageIsWhatTheHelpSays() throws IOException {
    Screen screen = new Screen(new PrintWriter(new StringWriter()), new PrintWriter(new StringWriter()),
        Screen.TerminalTraits.NONE);
    CommandLine root = PikaCommand.create(new Surroundings(screen, Map.of(), Path.of(""), Path.of(""),
        InputStream.nullInputStream(), question -> null, "1.2"));
    check("docs/cli.md", CliPage.markdown(root));
  }

  @Test
  void settingsPageIsWhatTheRowsSay() throws IOException {
    check("docs/settings.md", SettingsPage.markdown(List.of(NodeSettings.SPEC, ManagerSettings.SPEC)));
  }

  private static void check(String page, String made) throws IOException {
    Path file = root().resolve(page);
    String text = Files.readString(file);
    int mark = text.indexOf(MARK);
    assertThat(mark).as(page + " has the line %s", MARK.strip()).isPositive();
    String wanted = text.substring(0, mark) + MARK + made.stripTrailing() + "\n";
    if (Boolean.getBoolean("pika.write-docs")) {
      Files.writeString(file, wanted);
    }
    assertThat(Files.readString(file)).as("%s; see the head of this test", page).isEqualTo(wanted);
  }

  private static Path root() {
    Path here = Path.of("").toAbsolutePath();
    while (!Files.exists(here.resolve("mvnw"))) {
      here = Objects.requireNonNull(here.getParent(), "the tests run inside the project");
    }
    return here;
  }
}
