package io.pika.proxy.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/**
 * docs/commands.md says what the command table says. After a change: {@code ./pika test proxy -Dpika.write-docs=true}
 * writes it anew; look at the difference before it is committed.
 */
class CommandsPageTest {
  private static final String MARK = "<!-- From here on made from the program itself. -->\n\n";

  @Test
  void pageIsWhatTheTableSays() throws Exception {
    Path page = root().resolve("docs/commands.md");
    String text = Files.readString(page);
    int mark = text.indexOf(MARK);
    assertThat(mark).as("%s has the line %s", page.getFileName(), MARK.strip()).isPositive();
    String wanted = text.substring(0, mark) + MARK + CommandsPage.markdown().stripTrailing() + "\n";
    if (Boolean.getBoolean("pika.write-docs")) {
      Files.writeString(page, wanted);
    }
    assertThat(Files.readString(page)).as("docs/commands.md; see the head of this test").isEqualTo(wanted);
  }

  private static Path root() {
    Path here = Path.of("").toAbsolutePath();
    while (!Files.exists(here.resolve("mvnw"))) {
      here = Objects.requireNonNull(here.getParent(), "the tests run inside the project");
    }
    return here;
  }
}
