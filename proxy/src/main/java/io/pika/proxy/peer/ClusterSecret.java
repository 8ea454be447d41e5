package io.pika.proxy.peer;

import java.security.GeneralSecurityException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** What the processes of one cluster know and others do not: the key of the handshake. Never printed. */
public final class ClusterSecret {
  public static final int MIN_BYTES = 16;

  private static final String ALGORITHM = "HmacSHA256";

  private final SecretKeySpec key;

  /** Copies the bytes; fewer than {@value #MIN_BYTES} are an {@link IllegalArgumentException}. */
  public ClusterSecret(byte[] secret) {
    if (secret.length < MIN_BYTES) {
      throw new IllegalArgumentException(
          "the cluster secret has " + secret.length + " bytes; it needs at least "
              + MIN_BYTES);
    }
    key = new SecretKeySpec(secret, ALGORITHM);
  }

  byte[] sign(byte[] message) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      return mac.doFinal(message);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every Java has " + ALGORITHM, e);
    }
  }

  @Override
  public String toString() {
    return "ClusterSecret";
  }
}
