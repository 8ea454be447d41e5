package io.pika.manager;

import io.pika.core.settings.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Who can reach the manager, and whether the settings are safe for that. */
final class Exposure {
  private static final int LEAST_SECRET_CHARS = 16;

  private Exposure() {}

  static InetAddress address(Settings settings) throws UnsafeSettings {
    String bind = settings.get(ManagerSettings.BIND);
    InetAddress address;
    try {
      address = InetAddress.getByName(bind);
    } catch (UnknownHostException unknown) {
      throw new UnsafeSettings("bind: " + bind + " is no address or host name known here");
    }
    if (!address.isLoopbackAddress()) {
      if (settings.get(ManagerSettings.CLUSTER_SECRET_FILE).isEmpty()) {
        throw new UnsafeSettings(
            "bind " + bind + " can be reached from other machines: set cluster-secret-file, so"
                + " that only nodes of this cluster are let in");
      }
      if (!settings.get(ManagerSettings.ALLOW_PLAIN_HTTP)) {
        throw new UnsafeSettings(
            "bind " + bind + " can be reached from other machines, and tokens would cross the"
                + " network in the clear: put a proxy with TLS in front of a manager on 127.0.0.1, or set"
                + " allow-plain-http to yes in a network that you trust");
      }
    }
    return address;
  }

  /** The cluster's secret; empty when none is set. */
  static String secret(Settings settings) throws UnsafeSettings {
    String file = settings.get(ManagerSettings.CLUSTER_SECRET_FILE);
    if (file.isEmpty()) {
      return "";
    }
    String secret;
    try {
      secret = Files.readString(Path.of(file)).strip();
    } catch (IOException unreadable) {
      throw new UnsafeSettings("cluster-secret-file: " + file + " cannot be read: " + unreadable);
    }
    if (secret.length() < LEAST_SECRET_CHARS || !secret.chars().allMatch(c -> c > 0x20 && c < 0x7f)) {
      throw new UnsafeSettings(
          "cluster-secret-file: " + file + " has to hold one word of " + LEAST_SECRET_CHARS
              + " or more visible ASCII characters, such as: openssl rand -base64 32");
    }
    return secret;
  }
}
