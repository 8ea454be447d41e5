package io.pika.manager;

import io.pika.core.journal.DirectoryDisk;
import io.pika.core.journal.Disk;
import io.pika.core.meta.EmbeddedMetadataStore;
import io.pika.core.meta.MetadataStore;
import io.pika.core.settings.Setting;
import io.pika.core.settings.Settings;
import io.pika.manager.etcd.EtcdMetadataStore;
import io.pika.manager.etcd.EtcdOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The metadata store that the manager's settings name. */
public final class MetadataStores {
  private static final String HTTP = "http";

  private MetadataStores() {}

  /** Where metadata is kept. */
  public enum Kind {
    EMBEDDED, ETCD
  }

  /**
   * Opens it; etcd is not asked for anything yet.
   *
   * @throws UnsafeSettings with what to change
   */
  public static MetadataStore open(Settings settings) throws IOException, UnsafeSettings {
    return switch (settings.get(ManagerSettings.STORE)) {
      case EMBEDDED -> embedded(DirectoryDisk.at(settings.get(ManagerSettings.DIR)));
      case ETCD -> EtcdMetadataStore.open(etcd(settings));
    };
  }

  static MetadataStore embedded(Disk disk) throws IOException {
    return EmbeddedMetadataStore.open(disk, EmbeddedMetadataStore.Bounds.DEFAULT, System::nanoTime);
  }

  static EtcdOptions etcd(Settings settings) throws UnsafeSettings {
    List<String> endpoints = endpoints(settings.get(ManagerSettings.ETCD_ENDPOINTS)).toList();
    EtcdOptions.Login login = login(settings);
    boolean plain = endpoints.getFirst().startsWith(HTTP + ":");
    if (login != null && plain && !settings.get(ManagerSettings.ALLOW_PLAIN_HTTP)
        && !endpoints.stream().allMatch(MetadataStores::isHere)) {
      throw new UnsafeSettings(
          "etcd-endpoints are plain http on other machines, and the password of etcd-user would cross the network in"
              + " the clear: use https, or set allow-plain-http to yes in a network that you trust");
    }
    return new EtcdOptions(endpoints, settings.get(ManagerSettings.ETCD_PREFIX), login,
        plain ? null : tls(settings), settings.get(ManagerSettings.ETCD_TIMEOUT));
  }

  /** Whether it is a list of {@code http://host:port}, or one of {@code https://host:port}. */
  static boolean areEndpoints(String text) {
    try {
      List<URI> addresses = endpoints(text).map(URI::create).toList();
      return !addresses.isEmpty() && addresses.stream().allMatch(MetadataStores::isEndpoint)
          && addresses.stream().map(URI::getScheme).distinct().count() == 1;
    } catch (IllegalArgumentException noAddress) {
      return false;
    }
  }

  private static boolean isEndpoint(URI address) {
    return (HTTP.equals(address.getScheme()) || "https".equals(address.getScheme()))
        && address.getHost() != null
        && address.getPort() > 0 && address.getPath().isEmpty();
  }

  private static Stream<String> endpoints(String text) {
    return Stream.of(text.split(",")).map(String::strip).filter(each -> !each.isEmpty());
  }

  private static boolean isHere(String endpoint) {
    try {
      return InetAddress.getByName(URI.create(endpoint).getHost()).isLoopbackAddress();
    } catch (UnknownHostException unknown) {
      return false;
    }
  }

  private static EtcdOptions.@Nullable Login login(Settings settings) throws UnsafeSettings {
    String user = settings.get(ManagerSettings.ETCD_USER);
    if (user.isEmpty()) {
      return null;
    }
    Path file = readable(ManagerSettings.ETCD_PASSWORD_FILE, settings, "etcd-user");
    try {
      return new EtcdOptions.Login(user, Files.readString(file).strip());
    } catch (IOException unreadable) {
      throw new UnsafeSettings("etcd-password-file: " + file + " cannot be read: " + unreadable.getMessage());
    }
  }

  private static EtcdOptions.Tls tls(Settings settings) throws UnsafeSettings {
    Path ca = readable(ManagerSettings.ETCD_CA_FILE, settings, "https in etcd-endpoints");
    boolean shown = isSet(settings, ManagerSettings.ETCD_CERT_FILE)
        || isSet(settings, ManagerSettings.ETCD_KEY_FILE);
    return shown
        ? new EtcdOptions.Tls(ca, readable(ManagerSettings.ETCD_CERT_FILE, settings, "etcd-key-file"),
            readable(ManagerSettings.ETCD_KEY_FILE, settings, "etcd-cert-file"))
        : new EtcdOptions.Tls(ca, null, null);
  }

  private static boolean isSet(Settings settings, Setting<Path> setting) {
    return !settings.get(setting).toString().isEmpty();
  }

  /** @param neededBy the setting that needs this one */
  private static Path readable(Setting<Path> setting, Settings settings, String neededBy)
      throws UnsafeSettings {
    Path file = settings.get(setting);
    if (!isSet(settings, setting)) {
      throw new UnsafeSettings(setting.name() + " is needed with " + neededBy);
    }
    if (!Files.isReadable(file)) {
      throw new UnsafeSettings(setting.name() + ": " + file + " cannot be read");
    }
    return file;
  }
}
