package io.pika.cli.command;

import io.pika.cli.api.ManagerApi;
import io.pika.cli.local.ClusterDir;
import io.pika.cli.local.Ports;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/**
 * Which manager is asked, and with which token: what the options say, else the environment, else the local cluster's
 * directory.
 */
final class ManagerOptions {
  @Option(names = "--manager", paramLabel = "URL", split = ",", description = "The manager's address; of several managers all, with commas between. Default: PIKA_MANAGER, else the"
      + " local cluster's, else http://127.0.0.1:9300.") List<URI> managers = List.of();

  @Option(names = "--token", paramLabel = "TOKEN", description = "The token to ask with. Others on this machine can see it; prefer --token-file or PIKA_TOKEN.")
  @Nullable String token;

  @Option(names = "--token-file", paramLabel = "FILE", description = "File with the token. Default: PIKA_TOKEN, else the admin token of the local cluster.")
  @Nullable Path tokenFile;

  @Option(names = "--dir", paramLabel = "DIR", description = "The local cluster's directory. Default: .pika in the"
      + " checkout, or PIKA_DIR.")
  @Nullable Path dir;

  @Spec(Spec.Target.MIXEE)
  @SuppressWarnings("NullAway.Init") // picocli
  CommandSpec command;

  ManagerApi api(Surroundings surroundings) throws IOException {
    ClusterDir local = surroundings.dir(dir);
    return new ManagerApi(addresses(surroundings, local), token(surroundings, local));
  }

  private List<URI> addresses(Surroundings surroundings, ClusterDir local) throws IOException {
    List<URI> addresses = managers;
    String fromEnvironment = surroundings.environment().getOrDefault("PIKA_MANAGER", "");
    if (addresses.isEmpty() && !fromEnvironment.isEmpty()) {
      addresses = Stream.of(fromEnvironment.split(",")).map(each -> URI.create(each.strip())).toList();
    }
    if (addresses.isEmpty()) {
      Optional<ClusterDir.Description> cluster = local.description();
      int port = cluster.map(ClusterDir.Description::ports).orElse(new Ports(Ports.DEFAULT_BASE))
          .managerRest();
      return List.of(URI.create("http://127.0.0.1:" + port));
    }
    for (URI address : addresses) {
      boolean http = "http".equals(address.getScheme()) || "https".equals(address.getScheme());
      if (!http || address.getHost() == null) {
        throw new ParameterException(command.commandLine(),
            "the manager's address is " + address + "; it must be like http://127.0.0.1:9300");
      }
    }
    return addresses;
  }

  private @Nullable String token(Surroundings surroundings, ClusterDir local) throws IOException {
    if (token != null) {
      return token;
    }
    Path chosen = tokenFile;
    if (chosen != null) {
      if (!Files.isReadable(chosen)) {
        throw new ParameterException(command.commandLine(), "cannot read the token file " + chosen);
      }
      return Files.readString(chosen).strip();
    }
    String fromEnvironment = surroundings.environment().getOrDefault("PIKA_TOKEN", "");
    if (!fromEnvironment.isEmpty()) {
      return fromEnvironment;
    }
    return Files.isReadable(local.adminToken()) ? Files.readString(local.adminToken()).strip() : null;
  }
}
