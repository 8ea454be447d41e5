package io.pika.node;

import io.pika.core.settings.Setting;
import io.pika.core.settings.Settings;
import io.pika.node.settings.NodeSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The addresses that this node listens on, checked before anything else is done: nothing listens beyond this machine
 * without credentials, and every port is free. A port of 0 is replaced by a free one.
 *
 * @param clients one for each address of {@code bind}, all with the same port
 */
record Listeners(List<InetSocketAddress> clients, InetSocketAddress peers, InetSocketAddress admin) {
  static Listeners of(Settings settings) throws StartException {
    List<InetAddress> clientHosts = new ArrayList<>();
    for (String host : settings.get(NodeSettings.BIND).strip().split("\\s+")) {
      clientHosts.add(resolve(NodeSettings.BIND, host));
    }
    InetAddress peerHost = resolve(NodeSettings.PEER_BIND, settings.get(NodeSettings.PEER_BIND));
    InetAddress adminHost = resolve(NodeSettings.ADMIN_BIND, settings.get(NodeSettings.ADMIN_BIND));
    for (InetAddress host : clientHosts) {
      refuseUnlessSafe(NodeSettings.BIND, host, settings.get(NodeSettings.REQUIRE_PASSWORD),
          "require-password yes, so that only tables with a password are served");
    }
    refuseUnlessSafe(NodeSettings.PEER_BIND, peerHost, isGiven(settings, NodeSettings.CLUSTER_SECRET_FILE),
        "cluster-secret-file");
    refuseUnlessSafe(NodeSettings.ADMIN_BIND, adminHost, isGiven(settings, NodeSettings.ADMIN_TOKEN_FILE),
        "admin-token-file");
    int clientPort = settings.get(NodeSettings.PORT);
    List<InetSocketAddress> clients = new ArrayList<>();
    for (InetAddress host : clientHosts) {
      clients.add(free(NodeSettings.PORT, host, clientPort));
      clientPort = clients.getLast().getPort();
    }
    return new Listeners(clients,
        free(NodeSettings.PEER_PORT, peerHost, settings.get(NodeSettings.PEER_PORT)),
        free(NodeSettings.ADMIN_PORT, adminHost, settings.get(NodeSettings.ADMIN_PORT)));
  }

  /** By which others reach this node. */
  String advertisedHost(Settings settings) throws StartException {
    String asked = settings.get(NodeSettings.ADVERTISE_HOST);
    if (!asked.isEmpty()) {
      return asked;
    }
    InetAddress first = clients.getFirst().getAddress();
    if (first.isAnyLocalAddress()) {
      throw new StartException(ExitCode.USAGE, "bind is " + first.getHostAddress()
          + ", which others cannot connect to: set advertise-host to the name or address of this machine");
    }
    return first.getHostAddress();
  }

  static boolean isGiven(Settings settings, Setting<Path> file) {
    return !settings.get(file).toString().isEmpty();
  }

  private static InetAddress resolve(Setting<String> setting, String host) throws StartException {
    try {
      return InetAddress.getByName(host);
    } catch (UnknownHostException unknown) {
      throw new StartException(ExitCode.ADDRESS, setting.name() + ": there is no address " + host);
    }
  }

  private static void refuseUnlessSafe(Setting<String> setting, InetAddress host, boolean safe, String needed)
      throws StartException {
    if (!safe && !host.isLoopbackAddress()) {
      throw new StartException(ExitCode.USAGE, setting.name() + " " + host.getHostAddress()
          + " is reached from other machines: set " + needed + ", or listen on 127.0.0.1");
    }
  }

  private static InetSocketAddress free(Setting<Integer> setting, InetAddress host, int port)
      throws StartException {
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(host, port));
      return new InetSocketAddress(host, probe.getLocalPort());
    } catch (IOException taken) {
      throw new StartException(ExitCode.ADDRESS,
          "cannot listen on " + host.getHostAddress() + ":" + port + " ("
              + taken.getMessage() + "): set " + setting.name() + " to another port, or stop what uses it");
    }
  }
}
