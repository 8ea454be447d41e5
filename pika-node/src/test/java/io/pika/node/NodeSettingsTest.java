package io.pika.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pika.core.settings.Settings;
import io.pika.node.settings.NodeSettings;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class NodeSettingsTest {
  @Test
  void defaultsAreThese() {
    Settings settings = Settings.of(NodeSettings.SPEC);
    String defaults = NodeSettings.SPEC.rows().stream()
        .map(row -> (row.name() + ": " + settings.text(row)).strip()).collect(Collectors.joining("\n"));
    assertThat(defaults).isEqualTo("""
        dir: data
        bind: 127.0.0.1
        port: 9221
        peer-bind: 127.0.0.1
        peer-port: 19221
        admin-bind: 127.0.0.1
        admin-port: 8221
        advertise-host:
        zone:
        manager: 127.0.0.1:9301
        cluster-secret-file:
        admin-token-file:
        require-password: no
        maxclients: 10000
        timeout: 0
        tcp-keepalive: 300
        tcp-backlog: 511
        io-threads: 0
        long-command-threads: 0
        long-command-queue: 256
        proto-max-bulk-len: 512mb
        client-query-buffer-limit: 1gb
        client-output-buffer-limit: normal 1gb 256mb 60 pubsub 32mb 8mb 60
        maxmemory-clients: 0
        long-reply-bytes: 1mb
        long-reply-timeout: 1m
        request-timeout: 5s
        fsync: everysec
        acks-timeout: 3s
        repl-log-size: 256mb
        repl-copy-rate: 64mb
        memory: 1536mb
        notify-keyspace-events:
        lua-time-limit: 5000
        lua-memory-limit: 64mb
        slowlog-log-slower-than: 10000
        slowlog-max-len: 128
        loglevel: notice
        log-format: text""");
  }

  @Test
  void nothingListensBeyondThisMachineWithoutCredentials() {
    for (String setting : new String[]{"bind", "peer-bind", "admin-bind"}) {
      assertRefused(ExitCode.USAGE, setting + " 0.0.0.0 is reached from other machines",
          setting + "=0.0.0.0");
    }
  }

  @Test
  void anAddressThatOthersCannotUseIsNotAdvertised() throws Exception {
    Settings settings = Settings.of(NodeSettings.SPEC, "bind=0.0.0.0", "require-password=yes", "port=0",
        "peer-port=0",
        "admin-port=0");
    Listeners listeners = Listeners.of(settings);
    assertThatThrownBy(() -> listeners.advertisedHost(settings)).hasMessageContaining("advertise-host");
  }

  @Test
  void aPortInUseIsNamedWithItsSetting() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      for (String setting : new String[]{"port", "peer-port", "admin-port"}) {
        String[] ports = {"port=0", "peer-port=0", "admin-port=0", setting + "=" + taken.getLocalPort()};
        assertRefused(ExitCode.ADDRESS, "set " + setting + " to another port", ports);
      }
    }
  }

  private static void assertRefused(int exitCode, String words, String... assignments) {
    Settings settings = Settings.of(NodeSettings.SPEC, assignments);
    assertThatThrownBy(() -> Listeners.of(settings)).isInstanceOfSatisfying(StartException.class,
        refused -> assertThat(refused.exitCode()).isEqualTo(exitCode)).hasMessageContaining(words);
  }
}
