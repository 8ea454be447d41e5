package io.pika.node.server;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.pika.core.model.PasswordHash;
import io.pika.core.model.Table;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Consumer;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks passwords against tables. The slow hash is computed on a bounded pool, once for each right password; after
 * that a fast hash under a key of this process answers. A table that does not exist costs the same time and gives the
 * same answer as a wrong password. Wrong ones are rationed by table and client address, without hindering those who
 * know the right one. Any thread.
 */
final class PasswordChecks {
  private static final Logger LOG = LoggerFactory.getLogger(PasswordChecks.class);
  /** Wrong passwords in a row that one address may try for one table before it has to wait. */
  static final int FREE_FAILURES = 20;
  /** After those, one more each so often, and no more often than {@link #SHARE} of one core allows. */
  static final Duration FAILURE_INTERVAL = Duration.ofMillis(500);
  /** A wrong password has to be paid with so many times the time that its slow hash took. */
  private static final int SHARE = 5;

  private static final int REMEMBERED_FAILURES = 10_000;
  private static final String ALGORITHM = "HmacSHA256";

  enum Verdict {
    FITS,
    /** Wrong password or no such table, without a difference. */
    REFUSED,
    /** Too many wrong passwords: not even looked at. */
    RATIONED,
    /** Too many checks at a time on this node. */
    BUSY
  }

  private record Known(String passwordHash, byte[] fastHash) {}

  private record Asker(String tableName, String address) {}

  /** Each wrong password moves the instant on by an interval; how far it is ahead of now is how many there were. */
  private record Failures(long paidUntilNanos) {}

  private final SecretKeySpec key;
  private final SecureRandom random;
  /** Stands for the hash of a table that does not exist; null: none was asked for yet. */
  private @Nullable String dummyHash;
  private final Executor pool;
  private final Ticker nanoTime;
  private final Map<Integer, Known> known = new ConcurrentHashMap<>();
  private final Cache<Asker, Failures> failures;

  /**
   * @param random makes this process's key
   * @param pool bounded; refuses work with {@link RejectedExecutionException} when it is full
   */
  PasswordChecks(SecureRandom random, Executor pool, Ticker nanoTime) {
    byte[] keyBytes = new byte[32];
    random.nextBytes(keyBytes);
    this.key = new SecretKeySpec(keyBytes, ALGORITHM);
    this.random = random;
    this.pool = pool;
    this.nanoTime = nanoTime;
    this.failures = Caffeine.newBuilder().maximumSize(REMEMBERED_FAILURES)
        .expireAfterAccess(FAILURE_INTERVAL.multipliedBy(FREE_FAILURES)).ticker(nanoTime)
        .executor(Runnable::run)
        .build();
  }

  /** Whether this password was found right before, and the table's has not been changed since. */
  boolean isKnown(Table table, byte[] password) {
    Known right = known.get(table.id());
    return right != null && right.passwordHash.equals(table.passwordHash())
        && MessageDigest.isEqual(right.fastHash, fastHash(table, password));
  }

  /**
   * @param table null when there is none of that name, or none that takes a password
   * @param tableName as the client wrote it
   * @param answer told on the pool's thread, or at once for what needs no slow hash
   */
  void check(@Nullable Table table, String tableName, byte[] password, String address,
      Consumer<Verdict> answer) {
    if (table != null && isKnown(table, password)) {
      answer.accept(Verdict.FITS);
      return;
    }
    Asker asker = new Asker(tableName, address);
    if (!mayTry(asker)) {
      answer.accept(Verdict.RATIONED);
      return;
    }
    try {
      pool.execute(() -> {
        Verdict verdict = Verdict.REFUSED;
        try {
          verdict = slowly(table, password, asker);
        } catch (RuntimeException broken) {
          LOG.error("the password of table {} cannot be checked", tableName, broken);
        }
        answer.accept(verdict);
      });
    } catch (RejectedExecutionException full) {
      answer.accept(Verdict.BUSY);
    }
  }

  private Verdict slowly(@Nullable Table table, byte[] password, Asker asker) {
    String hash = table == null ? dummyHash() : table.passwordHash();
    long before = nanoTime.read();
    boolean matches = PasswordHash.matches(new String(password, StandardCharsets.UTF_8), hash);
    if (table == null || !matches) {
      failed(asker, SHARE * (nanoTime.read() - before));
      return Verdict.REFUSED;
    }
    known.put(table.id(), new Known(hash, fastHash(table, password)));
    return Verdict.FITS;
  }

  /** A slow hash by itself, so made only when it is needed: a node starts without one. */
  private synchronized String dummyHash() {
    String made = dummyHash;
    if (made == null) {
      made = PasswordHash.hash("", random);
      dummyHash = made;
    }
    return made;
  }

  /** The table is gone. */
  void forget(int table) {
    known.remove(table);
  }

  private boolean mayTry(Asker asker) {
    Failures so = failures.getIfPresent(asker);
    return so == null
        || so.paidUntilNanos - nanoTime.read() <= FAILURE_INTERVAL.toNanos() * (FREE_FAILURES - 1);
  }

  private void failed(Asker asker, long priceNanos) {
    failures.asMap().compute(asker, (any, so) -> {
      long now = nanoTime.read();
      long from = so == null || so.paidUntilNanos - now < 0 ? now : so.paidUntilNanos;
      return new Failures(from + Math.max(priceNanos, FAILURE_INTERVAL.toNanos()));
    });
  }

  private byte[] fastHash(Table table, byte[] password) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update((table.id() + ":" + table.passwordHash() + ":").getBytes(StandardCharsets.UTF_8));
      return mac.doFinal(password);
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("this JDK has no " + ALGORITHM, missing);
    }
  }
}
