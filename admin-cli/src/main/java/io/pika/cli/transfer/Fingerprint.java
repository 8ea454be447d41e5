package io.pika.cli.transfer;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** 64 bits that stand for bytes: SHA-256, cut. */
public final class Fingerprint {
  private final MessageDigest digest;

  Fingerprint() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("every Java has SHA-256", missing);
    }
  }

  /** Sixteen hexadecimal digits. */
  public static String of(byte[] bytes) {
    return HexFormat.of().toHexDigits(new Fingerprint().take(bytes).end());
  }

  /** Bytes with their length, so that two texts are not one. */
  Fingerprint take(byte[] bytes) {
    take(bytes.length);
    digest.update(bytes);
    return this;
  }

  Fingerprint take(long number) {
    digest.update(ByteBuffer.allocate(Long.BYTES).putLong(0, number));
    return this;
  }

  /** Of what was taken since the last time. */
  long end() {
    return ByteBuffer.wrap(digest.digest()).getLong();
  }
}
