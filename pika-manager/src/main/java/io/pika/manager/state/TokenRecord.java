package io.pika.manager.state;

/**
 * A key to the REST API; the token itself is known to its holder only.
 *
 * @param sha256 of the token, in hexadecimal: tokens are random, so a fast hash is enough
 * @param expiresAtMs 0: never
 */
public record TokenRecord(int id, String name, Role role, String sha256, long createdAtMs, long expiresAtMs) {
  public boolean isExpired(long nowMs) {
    return expiresAtMs != 0 && expiresAtMs <= nowMs;
  }
}
