package io.pika.cli.redis;

import java.net.URI;
import java.net.URISyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * Where a server is and who logs in there.
 *
 * @param user null: the password is the default user's
 * @param database a number, or a table's name; null: the one that a connection begins on
 */
public record RedisAddress(String host, int port, boolean tls, @Nullable String user,
    @Nullable String password, @Nullable String database) {
  private static final int DEFAULT_PORT = 6379;

  /** {@code redis://[user:password@]host[:port][/database]}, {@code rediss://} with TLS. */
  public static RedisAddress parse(String text) {
    try {
      URI uri = new URI(text);
      String scheme = uri.getScheme();
      boolean tls = "rediss".equals(scheme);
      if (!tls && !"redis".equals(scheme) || uri.getHost() == null) {
        throw new IllegalArgumentException("an address is like redis://host:6379, or rediss:// with TLS");
      }
      String path = uri.getPath() == null ? "" : uri.getPath().replaceFirst("^/", "");
      String login = uri.getUserInfo() == null ? "" : uri.getUserInfo();
      int colon = login.indexOf(':');
      String user = colon > 0 ? login.substring(0, colon) : null;
      String password = login.isEmpty() ? null : login.substring(colon + 1);
      return new RedisAddress(uri.getHost().replaceAll("[\\[\\]]", ""),
          uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort(),
          tls, user, password, path.isEmpty() ? null : path);
    } catch (URISyntaxException wrong) {
      throw new IllegalArgumentException(
          "no address: " + wrong.getReason() + "; special characters of a password are written as %40",
          wrong);
    }
  }

  public static boolean isAddress(String text) {
    return text.startsWith("redis://") || text.startsWith("rediss://");
  }

  public RedisAddress withPassword(@Nullable String given) {
    return given == null ? this : new RedisAddress(host, port, tls, user, given, database);
  }

  public RedisAddress withDatabase(@Nullable String given) {
    return given == null ? this : new RedisAddress(host, port, tls, user, password, given);
  }

  /** Without secrets. */
  @Override
  public String toString() {
    return (tls ? "rediss://" : "redis://") + host + ":" + port + (database == null ? "" : "/" + database);
  }
}
