package io.pika.proxy.protocol;

/**
 * How long what a client sends may be. Nothing is ever allocated by a length that was only claimed.
 *
 * @param arguments most arguments of a request
 * @param bulkBytes longest argument (Redis: proto-max-bulk-len)
 * @param lineBytes longest inline command, and longest line with a length in it
 * @param requestBytes longest request in all (Redis: client-query-buffer-limit)
 * @param authenticated false = the errors for too much say that the connection has not logged in yet
 */
public record RequestLimits(int arguments, int bulkBytes, int lineBytes, int requestBytes,
    boolean authenticated) {
  private static final int LINE_BYTES = 64 * 1024;

  /** Longest argument of Redis's own default. */
  static final int MAX_BULK = 512 * 1024 * 1024;

  /** Redis's own limits. */
  public static final RequestLimits DEFAULT = of(MAX_BULK);
  /** For connections that may do nothing but log in. */
  public static final RequestLimits UNAUTHENTICATED = new RequestLimits(10, 16384, LINE_BYTES, 1 << 20,
      false);

  public RequestLimits {
    if (arguments < 1 || bulkBytes < 1 || lineBytes < 1 || requestBytes < bulkBytes) {
      throw new IllegalArgumentException("limits must be positive, and requestBytes at least bulkBytes");
    }
  }

  /** Redis's limits with another longest argument, up to 1 GiB. */
  public static RequestLimits of(int bulkBytes) {
    return new RequestLimits(1024 * 1024, bulkBytes, LINE_BYTES, Math.max(bulkBytes, 1 << 30), true);
  }
}
