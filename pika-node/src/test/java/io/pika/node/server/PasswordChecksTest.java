package io.pika.node.server;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.pika.core.model.Table;
import io.pika.node.acl.UserDraft;
import io.pika.node.server.PasswordChecks.Candidate;
import io.pika.node.server.PasswordChecks.Secret;
import io.pika.node.server.PasswordChecks.Verdict;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.junit.jupiter.api.Test;

class PasswordChecksTest {
  private static final byte[] RIGHT = "right".getBytes(StandardCharsets.UTF_8);
  private static final byte[] WRONG = "wrong".getBytes(StandardCharsets.UTF_8);
  private static final Table SHOP = ServedNode.table(5, "shop", 1, ServedNode.hash("right"));

  private long nowNanos;
  private int slowHashes;
  private final PasswordChecks checks = new PasswordChecks(new SecureRandom(), task -> {
    slowHashes++;
    task.run();
  }, () -> nowNanos);

  @Test
  void theSlowHashIsComputedOncePerRightPassword() {
    for (int i = 0; i < 5; i++) {
      assertThat(check(RIGHT)).isEqualTo(Verdict.FITS);
    }
    assertThat(slowHashes).isEqualTo(1);
  }

  @Test
  void aChangedHashMakesTheKnownPasswordUnknown() {
    check(RIGHT);
    Table changed = ServedNode.table(5, "shop", 1, ServedNode.hash("another"));
    assertThat(check(of(changed), RIGHT, "10.0.0.1")).isEqualTo(Verdict.REFUSED);
    assertThat(check(RIGHT)).isEqualTo(Verdict.FITS);
    assertThat(slowHashes).isEqualTo(2);
  }

  @Test
  void aTableThatDoesNotExistCostsASlowHashToo() {
    assertThat(check(new Candidate("nothing", null), RIGHT, "10.0.0.1")).isEqualTo(Verdict.REFUSED);
    assertThat(slowHashes).isEqualTo(1);
  }

  @Test
  void theFirstCandidateThatFitsIsToldAndRemembered() {
    Candidate any = new Candidate("shop", new Secret("5/ann", true, Secret.Form.SHA_256, List.of()));
    for (int i = 0; i < 3; i++) {
      List<Integer> found = new ArrayList<>();
      checks.check(List.of(of(SHOP), any), WRONG, "10.0.0.1", (verdict, which) -> found.add(which));
      checks.check(List.of(of(SHOP), any), RIGHT, "10.0.0.1", (verdict, which) -> found.add(which));
      assertThat(found).containsExactly(1, 0);
    }
    assertThat(slowHashes).isEqualTo(2);
  }

  @Test
  void aUserHasAnyNumberOfPasswords() {
    SlowPasswords passwords = new SlowPasswords(new SecureRandom());
    List<String> hashes = List.of();
    for (String each : List.of("one", "two", "one")) {
      hashes = passwords.with(hashes, UserDraft.sha256Of(each.getBytes(UTF_8)));
    }
    assertThat(hashes).hasSize(2);
    Candidate ann = new Candidate("shop", new Secret("5/ann", false, Secret.Form.SHA_256, hashes));
    assertThat(check(ann, "two".getBytes(UTF_8), "10.0.0.1")).isEqualTo(Verdict.FITS);
    assertThat(check(ann, "three".getBytes(UTF_8), "10.0.0.1")).isEqualTo(Verdict.REFUSED);
    assertThat(check(ann, UserDraft.sha256Of("two".getBytes(UTF_8)).getBytes(UTF_8), "10.0.0.1"))
        .isEqualTo(Verdict.REFUSED);
    assertThat(passwords.without(hashes, UserDraft.sha256Of("two".getBytes(UTF_8)))).hasSize(1);
    assertThat(passwords.without(hashes, passwords.shown(hashes.getFirst()))).hasSize(1);
    assertThat(passwords.without(hashes, UserDraft.sha256Of("three".getBytes(UTF_8)))).hasSize(2);
  }

  @Test
  void wrongPasswordsAreRationedByAddressButTheRightOneIsNot() {
    check(RIGHT);
    for (int i = 0; i < PasswordChecks.FREE_FAILURES; i++) {
      assertThat(check(WRONG)).isEqualTo(Verdict.REFUSED);
    }
    assertThat(check(WRONG)).isEqualTo(Verdict.RATIONED);
    assertThat(check(RIGHT)).isEqualTo(Verdict.FITS);
    assertThat(check(of(SHOP), WRONG, "10.0.0.2")).isEqualTo(Verdict.REFUSED);
    nowNanos += PasswordChecks.FAILURE_INTERVAL.toNanos() + 1;
    assertThat(check(WRONG)).isEqualTo(Verdict.REFUSED);
  }

  @Test
  void aFullPoolIsAnAnswer() {
    PasswordChecks busy = new PasswordChecks(new SecureRandom(), task -> {
      throw new RejectedExecutionException();
    }, () -> 0);
    List<Verdict> verdicts = new ArrayList<>();
    busy.check(List.of(of(SHOP)), RIGHT, "10.0.0.1", (verdict, which) -> verdicts.add(verdict));
    assertThat(verdicts).containsExactly(Verdict.BUSY);
  }

  @Test
  void aHashThatCannotBeReadRefuses() {
    assertThat(check(of(ServedNode.table(6, "odd", 1, "md5$x")), RIGHT, "10.0.0.1"))
        .isEqualTo(Verdict.REFUSED);
  }

  private static Candidate of(Table table) {
    return new Candidate(table.name(), Secret.of(table));
  }

  private Verdict check(byte[] password) {
    return check(of(SHOP), password, "10.0.0.1");
  }

  private Verdict check(Candidate candidate, byte[] password, String address) {
    List<Verdict> verdicts = new ArrayList<>();
    checks.check(List.of(candidate), password, address, (verdict, which) -> verdicts.add(verdict));
    return verdicts.getFirst();
  }
}
