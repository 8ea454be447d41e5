package io.pika.manager.etcd;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How etcd is reached.
 *
 * @param endpoints as in {@code http://10.0.0.1:2379}, all with one scheme
 * @param prefix before all keys; clusters that share an etcd have different ones
 * @param login null: etcd asks for none
 * @param tls null: the endpoints are plain
 * @param deadline of every call
 */
public record EtcdOptions(List<String> endpoints, String prefix, @Nullable Login login, @Nullable Tls tls,
    Duration deadline) {

  /** A user of etcd. */
  public record Login(String user, String password) {
    @Override
    public String toString() {
      return user;
    }
  }

  /**
   * @param ca certificates that etcd's are checked against, PEM
   * @param certificate of this manager; null: etcd asks for none
   * @param key of that certificate
   */
  public record Tls(Path ca, @Nullable Path certificate, @Nullable Path key) {}

  public EtcdOptions {
    endpoints = List.copyOf(endpoints);
  }
}
