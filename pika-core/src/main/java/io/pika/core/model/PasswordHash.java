package io.pika.core.model;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Slow salted hashes of passwords, written {@code pbkdf2-sha512$iterations$salt$hash} (base64). Cost per
 * check: about a tenth of a second of one core, on purpose (OWASP Password Storage Cheat Sheet: PBKDF2 with
 * HMAC-SHA512, 210,000 iterations). Never called on an event loop.
 */
public final class PasswordHash {
  private static final String SCHEME = "pbkdf2-sha512";
  private static final int ITERATIONS = 210_000;
  private static final int SALT_BYTES = 16;
  private static final int HASH_BITS = 256;

  private PasswordHash() {}

  public static String hash(String password, SecureRandom random) {
    return hash(password, random, ITERATIONS);
  }

  /** At another cost, which is written into the hash. Fewer iterations than the usual are for tests. */
  public static String hash(String password, SecureRandom random, int iterations) {
    byte[] salt = new byte[SALT_BYTES];
    random.nextBytes(salt);
    Base64.Encoder base64 = Base64.getEncoder().withoutPadding();
    return SCHEME + '$' + iterations + '$' + base64.encodeToString(salt) + '$'
        + base64.encodeToString(derive(password, salt, iterations));
  }

  /** Whether the password is the one that was hashed; takes as long for a wrong one. */
  public static boolean matches(String password, String hash) {
    String[] parts = parts(hash);
    Base64.Decoder base64 = Base64.getDecoder();
    byte[] actual = derive(password, base64.decode(parts[2]), Integer.parseInt(parts[1]));
    return MessageDigest.isEqual(actual, base64.decode(parts[3]));
  }

  /** With the salt and the cost of another hash, so that one computation compares a password with both. */
  public static String hashLike(String password, String other) {
    String[] parts = parts(other);
    return other.substring(0, other.length() - parts[3].length()) + Base64.getEncoder().withoutPadding()
        .encodeToString(derive(password, Base64.getDecoder().decode(parts[2]), Integer.parseInt(parts[1])));
  }

  /** The one of these hashes that is of the password; null: none is. One slow computation for all of one salt. */
  public static @Nullable String match(String password, List<String> hashes) {
    String computed = "";
    String found = null;
    for (String hash : hashes) {
      String salted = hash.substring(0, hash.lastIndexOf('$') + 1);
      if (computed.isEmpty() || !computed.startsWith(salted)) {
        computed = hashLike(password, hash);
      }
      if (MessageDigest.isEqual(computed.getBytes(StandardCharsets.US_ASCII),
          hash.getBytes(StandardCharsets.US_ASCII))) {
        found = hash;
      }
    }
    return found;
  }

  private static String[] parts(String hash) {
    String[] parts = hash.split("\\$", -1);
    if (parts.length != 4 || !parts[0].equals(SCHEME)) {
      throw new IllegalArgumentException("unknown password hash scheme " + parts[0]);
    }
    return parts;
  }

  private static byte[] derive(String password, byte[] salt, int iterations) {
    PBEKeySpec spec = new PBEKeySpec(password.toCharArray(), salt, iterations, HASH_BITS);
    try {
      return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA512").generateSecret(spec).getEncoded();
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("this JDK has no PBKDF2WithHmacSHA512", missing);
    } finally {
      spec.clearPassword();
    }
  }
}
