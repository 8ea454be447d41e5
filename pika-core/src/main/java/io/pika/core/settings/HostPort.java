package io.pika.core.settings;

/**
 * Where something listens, written {@code host:port}; an IPv6 address stands in brackets, {@code [::1]:9221}.
 *
 * @param port 0 (any free one, for listening only) to 65535
 */
public record HostPort(String host, int port) {
  private static final String FORM = "host:port";

  /** @throws IllegalArgumentException with what is allowed */
  public static HostPort parse(String text) {
    int colon = text.lastIndexOf(':');
    String host = colon < 0 ? "" : text.substring(0, colon);
    if (host.startsWith("[") && host.endsWith("]")) {
      host = host.substring(1, host.length() - 1);
    } else if (host.indexOf(':') >= 0) {
      throw new IllegalArgumentException(FORM + ", an IPv6 address in brackets as in [::1]:9221");
    }
    if (host.isEmpty()) {
      throw new IllegalArgumentException(FORM + ", for example 127.0.0.1:9301");
    }
    try {
      int port = Integer.parseInt(text.substring(colon + 1));
      if (port < 0 || port > 65535) {
        throw new IllegalArgumentException(FORM + " with a port from 0 to 65535");
      }
      return new HostPort(host, port);
    } catch (NumberFormatException noNumber) {
      throw new IllegalArgumentException(FORM + " with a port from 0 to 65535", noNumber);
    }
  }

  @Override
  public String toString() {
    return host.indexOf(':') >= 0 ? "[" + host + "]:" + port : host + ":" + port;
  }
}
