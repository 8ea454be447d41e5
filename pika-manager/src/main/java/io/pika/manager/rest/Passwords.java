package io.pika.manager.rest;

import io.pika.core.model.PasswordHash;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** The slow hashes of table passwords, on the thread of the request; only so many at a time, the rest wait a while. */
final class Passwords {
  static final int MAX_CHARS = 512;
  private static final long PATIENCE_MS = 10_000;

  private final SecureRandom random;
  private final Semaphore running;

  /** @param atATime how many cores this may take */
  Passwords(SecureRandom random, int atATime) {
    this.random = random;
    this.running = new Semaphore(atATime, true);
  }

  String hash(String password) throws InterruptedException {
    if (password.isEmpty() || password.length() > MAX_CHARS) {
      throw ApiError.badRequest("invalid_password", "a password has 1 to " + MAX_CHARS + " characters",
          "to have none, leave it out; DELETE .../password removes it");
    }
    enter();
    try {
      return PasswordHash.hash(password, random);
    } finally {
      running.release();
    }
  }

  /** As nodes hash what users log in with: the SHA-256 of the password, slowly. */
  String hashOfUser(String password) throws InterruptedException {
    byte[] bytes = password.getBytes(StandardCharsets.UTF_8);
    try {
      return hash(password.isEmpty()
          ? password
          : HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
    } catch (NoSuchAlgorithmException missing) {
      throw new IllegalStateException("this JDK has no SHA-256", missing);
    }
  }

  boolean matches(String password, String hash) throws InterruptedException {
    enter();
    try {
      return PasswordHash.matches(password, hash);
    } finally {
      running.release();
    }
  }

  private void enter() throws InterruptedException {
    if (!running.tryAcquire(PATIENCE_MS, TimeUnit.MILLISECONDS)) {
      throw new ApiError(503, "busy", "too many passwords are being hashed", "try again in some seconds");
    }
  }
}
