package io.pika.cli.command;

import io.pika.cli.local.ClusterDir;
import io.pika.cli.local.LocalCluster;
import io.pika.cli.local.Programs;
import io.pika.cli.show.Screen;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the command line finds around itself; the only door to the system, so that tests can put another one there.
 *
 * @param home the project's root
 * @param in for {@code --password-stdin} and questions
 * @param prompt asks without echo
 */
public record Surroundings(Screen screen, Map<String, String> environment, Path home, Path java,
    InputStream in,
    SecretPrompt prompt, String version) {

  /** Asks for a secret without showing it. */
  public interface SecretPrompt {
    /** Null when there is no terminal, or when the person ended the input. */
    @Nullable
    String ask(String question) throws IOException;
  }

  /** {@code .pika} in the checkout, unless an option or PIKA_DIR says otherwise. */
  ClusterDir dir(@Nullable Path chosen) {
    if (chosen != null) {
      return new ClusterDir(chosen);
    }
    String named = environment.getOrDefault("PIKA_DIR", "");
    return new ClusterDir(named.isEmpty() ? home.resolve(".pika") : Path.of(named));
  }

  LocalCluster cluster(ClusterDir dir) {
    return new LocalCluster(dir, new Programs(home, java, environment.getOrDefault("PATH", "")));
  }
}
