package io.pika.node;

import io.pika.core.settings.Setting;
import io.pika.core.settings.Settings;
import io.pika.node.settings.NodeSettings;
import io.pika.proxy.peer.ClusterSecret;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What is read from secret files.
 *
 * @param cluster empty: none, which is for loopback only
 * @param admin null: none
 */
record Secrets(String cluster, @Nullable String admin) {
  static Secrets read(Settings settings) throws StartException {
    String cluster = read(settings, NodeSettings.CLUSTER_SECRET_FILE);
    if (cluster != null && cluster.length() < ClusterSecret.MIN_BYTES) {
      throw new StartException(ExitCode.USAGE, "the cluster secret in " + settings.get(
          NodeSettings.CLUSTER_SECRET_FILE) + " has " + cluster.length() + " characters; it needs at least "
          + ClusterSecret.MIN_BYTES);
    }
    return new Secrets(cluster == null ? "" : cluster, read(settings, NodeSettings.ADMIN_TOKEN_FILE));
  }

  private static @Nullable String read(Settings settings, Setting<Path> setting) throws StartException {
    if (!Listeners.isGiven(settings, setting)) {
      return null;
    }
    Path file = settings.get(setting);
    try {
      String text = Files.readString(file).strip();
      if (text.isEmpty() || !text.chars().allMatch(letter -> letter > ' ' && letter < 127)) {
        throw new StartException(ExitCode.USAGE,
            setting.name() + ": " + file + " must hold one word of printable ASCII");
      }
      return text;
    } catch (IOException unreadable) {
      throw new StartException(ExitCode.USAGE, setting.name() + ": cannot read " + file + " ("
          + unreadable.getMessage() + ")");
    }
  }

  /** Without a secret, nodes on one machine still tell clusters apart. */
  ClusterSecret forPeers(String clusterId) {
    String text = cluster.isEmpty() ? "no secret, loopback only: " + clusterId : cluster;
    return new ClusterSecret(text.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public String toString() {
    return "Secrets";
  }
}
