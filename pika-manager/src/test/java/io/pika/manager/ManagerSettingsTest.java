package io.pika.manager;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.pika.core.settings.Setting;
import io.pika.core.settings.Settings;
import io.pika.manager.etcd.EtcdOptions;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ManagerSettingsTest {
  @TempDir Path directory;

  @Test
  void theseAreTheDefaults() {
    Settings settings = Settings.of(ManagerSettings.SPEC);
    Map<String, String> defaults = new TreeMap<>();
    for (Setting<?> row : ManagerSettings.SPEC.rows()) {
      defaults.put(row.name(), settings.text(row));
    }
    assertThat(defaults).isEqualTo(new TreeMap<>(Map.ofEntries(Map.entry("dir", "data/manager"),
        Map.entry("bind", "127.0.0.1"), Map.entry("port", "9300"), Map.entry("rpc-port", "9301"),
        Map.entry("cluster-secret-file", ""), Map.entry("allow-plain-http", "no"),
        Map.entry("default-table", "no"),
        Map.entry("min-nodes", "1"), Map.entry("heartbeat-interval", "1s"), Map.entry("node-lease", "6s"),
        Map.entry("node-dead-after", "30s"), Map.entry("election-lease", "5s"),
        Map.entry("store", "embedded"),
        Map.entry("advertise-url", ""), Map.entry("etcd-endpoints", "http://127.0.0.1:2379"),
        Map.entry("etcd-prefix", "/pika/"), Map.entry("etcd-user", ""), Map.entry("etcd-password-file", ""),
        Map.entry("etcd-ca-file", ""), Map.entry("etcd-cert-file", ""), Map.entry("etcd-key-file", ""),
        Map.entry("etcd-timeout", "2s"))));
  }

  @Test
  void theCommentedFileNamesEverySettingWithItsDefault() throws Exception {
    Settings settings = Settings.load(ManagerSettings.SPEC, Path.of("../etc/pika-manager.yaml"),
        List.of());
    for (Setting<?> row : ManagerSettings.SPEC.rows()) {
      assertThat(settings.origin(row)).as(row.name()).contains("pika-manager.yaml");
      assertThat(settings.text(row)).as(row.name()).isEqualTo(Settings.of(ManagerSettings.SPEC).text(row));
    }
  }

  @Test
  void beyondLoopbackItTakesASecretAndAWordAboutPlainHttp() throws Exception {
    String secret = "cluster-secret-file="
        + Files.writeString(directory.resolve("secret"), "0123456789abcdef\n");
    assertThatExceptionOfType(UnsafeSettings.class)
        .isThrownBy(() -> Exposure.address(of("bind=0.0.0.0")))
        .withMessageContaining("cluster-secret-file");
    assertThatExceptionOfType(UnsafeSettings.class)
        .isThrownBy(() -> Exposure.address(of("bind=0.0.0.0", secret)))
        .withMessageContaining("allow-plain-http");
    assertThatCode(() -> Exposure.address(of("bind=0.0.0.0", secret, "allow-plain-http=yes")))
        .doesNotThrowAnyException();
    assertThatCode(() -> Exposure.address(of())).doesNotThrowAnyException();
    assertThat(Exposure.secret(of(secret))).isEqualTo("0123456789abcdef");
    String weak = "cluster-secret-file=" + Files.writeString(directory.resolve("weak"), "short");
    assertThatExceptionOfType(UnsafeSettings.class).isThrownBy(() -> Exposure.secret(of(weak)))
        .withMessageContaining("16 or more");
  }

  @Test
  void whatEtcdNeedsIsSaid() throws Exception {
    assertThatExceptionOfType(IllegalArgumentException.class)
        .isThrownBy(() -> of("etcd-endpoints=http://a:2379,https://b:2379"));
    assertThatExceptionOfType(UnsafeSettings.class)
        .isThrownBy(() -> MetadataStores.etcd(of("etcd-endpoints=https://a:2379")))
        .withMessageContaining("etcd-ca-file");
    assertThatExceptionOfType(UnsafeSettings.class)
        .isThrownBy(() -> MetadataStores.etcd(of("etcd-user=pika")))
        .withMessageContaining("etcd-password-file");
    String password = "etcd-password-file=" + Files.writeString(directory.resolve("password"), "word\n");
    assertThatExceptionOfType(UnsafeSettings.class)
        .isThrownBy(() -> MetadataStores
            .etcd(of("etcd-user=pika", password, "etcd-endpoints=http://198.51.100.1:2379")))
        .withMessageContaining("in the clear");
    assertThat(MetadataStores.etcd(of("etcd-user=pika", password)).login())
        .isEqualTo(new EtcdOptions.Login("pika", "word"));
  }

  private static Settings of(String... assignments) {
    return Settings.of(ManagerSettings.SPEC, assignments);
  }
}
