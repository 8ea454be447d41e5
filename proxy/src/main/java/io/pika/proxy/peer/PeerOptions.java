package io.pika.proxy.peer;

import java.time.Duration;

/**
 * Limits of the connections between nodes.
 *
 * @param connections per peer; a slot always uses the same one
 * @param maxFrameBytes longest request or reply; a longer one closes the connection
 * @param maxInFlight requests of one connection that have no outcome yet
 * @param maxInFlightBytes bytes of those requests; one request alone may be longer
 * @param connectTimeout for the connection and, once more, for the handshake
 * @param firstBackOff pause after a failed connection; doubled up to {@code maxBackOff}
 */
public record PeerOptions(int connections, int maxFrameBytes, int maxInFlight, long maxInFlightBytes,
    Duration connectTimeout, Duration firstBackOff, Duration maxBackOff) {
  public static final PeerOptions DEFAULTS = new PeerOptions(2, 1 << 30, 16_384, 256L << 20,
      Duration.ofSeconds(2),
      Duration.ofMillis(50), Duration.ofSeconds(2));

  public PeerOptions {
    if (connections < 1 || maxInFlight < 1 || maxInFlightBytes < 1
        || maxFrameBytes < PeerFrame.REQUEST_HEADER) {
      throw new IllegalArgumentException("peer limits must be positive");
    }
  }
}
