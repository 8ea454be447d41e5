package io.pika.node.server;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import io.pika.core.bytes.Bytes;
import io.pika.core.model.PasswordHash;
import io.pika.core.model.Table;
import io.pika.node.acl.User;
import io.pika.node.acl.UserDraft;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks passwords against tables and their users. The slow hash is computed on a bounded pool, once for each right
 * password; after that a fast hash under a key of this process answers. A table or user that does not exist costs the same
 * time and gives the same answer as a wrong password. Wrong ones are rationed by table and client address, without hindering those who
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

  /** Where hashes are slow because the machine is busy, nobody pays for that. */
  private static final Duration HIGHEST_PRICE = Duration.ofSeconds(1);

  private static final int REMEMBERED_FAILURES = 10_000;
  private static final int REMEMBERED_PASSWORDS = 100_000;
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

  /**
   * One thing that a password may be right for.
   *
   * @param table as the client wrote it: wrong passwords are rationed by it
   * @param secret null: there is nothing of that name, or nothing that takes a password
   */
  record Candidate(String table, @Nullable Secret secret) {}

  /**
   * @param owner whose it is
   * @param any whatever password is right
   * @param hashes of the password itself, or of its SHA-256 in hexadecimal
   */
  record Secret(String owner, boolean any, Form form, List<String> hashes) {
    /** What was hashed slowly. */
    enum Form {
      ITSELF, SHA_256
    }

    static Secret of(Table table) {
      return new Secret(Integer.toString(table.id()), false, Form.ITSELF, List.of(table.passwordHash()));
    }

    static Secret of(Table table, String name, User user) {
      return new Secret(table.id() + "/" + name, user.takesAnyPassword(), Form.SHA_256,
          user.passwordHashes());
    }
  }

  interface Answer {
    /** @param candidate the index of the first one that fits; -1: none does */
    void checked(Verdict verdict, int candidate);
  }

  private record Asker(String tableName, String address) {}

  /** Each wrong password moves the instant on by an interval; how far it is ahead of now is how many there were. */
  private record Failures(long paidUntilNanos) {}

  private final SecretKeySpec key;
  private final SecureRandom random;
  /** Stands for the hash of a table that does not exist; null: none was asked for yet. */
  private @Nullable String dummyHash;
  private final Executor pool;
  private final Ticker nanoTime;
  /** Which candidate a password was found right for, by a fast hash of them all and the password. */
  private final Cache<Bytes, Integer> right = Caffeine.newBuilder().maximumSize(REMEMBERED_PASSWORDS)
      .executor(Runnable::run).build();
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

  /**
   * What a password is right for, of candidates in order.
   *
   * @param answer told on the pool's thread, or at once for what needs no slow hash
   */
  void check(List<Candidate> candidates, byte[] password, String address, Answer answer) {
    Bytes remembered = Bytes.of(fastHash(candidates, password));
    Integer known = right.getIfPresent(remembered);
    if (known != null) {
      answer.checked(Verdict.FITS, known);
      return;
    }
    if (!candidates.stream().allMatch(candidate -> mayTry(new Asker(candidate.table, address)))) {
      answer.checked(Verdict.RATIONED, -1);
      return;
    }
    try {
      pool.execute(() -> {
        int found = -1;
        try {
          found = slowly(candidates, password, address);
        } catch (RuntimeException broken) {
          LOG.error("a password for {} cannot be checked", candidates.getFirst().table, broken);
        }
        if (found >= 0) {
          right.put(remembered, found);
        }
        answer.checked(found < 0 ? Verdict.REFUSED : Verdict.FITS, found);
      });
    } catch (RejectedExecutionException full) {
      answer.checked(Verdict.BUSY, -1);
    }
  }

  /** Every candidate takes as long, whether there is anything or not. */
  private int slowly(List<Candidate> candidates, byte[] password, String address) {
    long before = nanoTime.read();
    for (int i = 0; i < candidates.size(); i++) {
      if (fits(candidates.get(i).secret, password)) {
        return i;
      }
    }
    long price = Math.min(SHARE * (nanoTime.read() - before), HIGHEST_PRICE.toNanos());
    candidates.forEach(candidate -> failed(new Asker(candidate.table, address), price));
    return -1;
  }

  private boolean fits(@Nullable Secret secret, byte[] password) {
    if (secret != null && secret.any) {
      return true;
    }
    boolean plain = secret == null || secret.form == Secret.Form.ITSELF;
    String text = plain ? new String(password, StandardCharsets.UTF_8) : UserDraft.sha256Of(password);
    if (secret == null || secret.hashes.isEmpty()) {
      PasswordHash.match(text, List.of(dummyHash()));
      return false;
    }
    return PasswordHash.match(text, secret.hashes) != null;
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

  private byte[] fastHash(List<Candidate> candidates, byte[] password) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      // With lengths, because what a client wrote may look like anything.
      mac.update((candidates.size() + ":").getBytes(StandardCharsets.UTF_8));
      for (Candidate candidate : candidates) {
        mac.update((candidate.table.length() + ":" + candidate.table + candidate.secret + ":")
            .getBytes(StandardCharsets.UTF_8));
      }
      return mac.doFinal(password);
    } catch (GeneralSecurityException missing) {
      throw new IllegalStateException("this JDK has no " + ALGORITHM, missing);
    }
  }
}
