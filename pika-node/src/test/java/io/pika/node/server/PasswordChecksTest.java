package io.pika.node.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.pika.core.model.Table;
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
    assertThat(checks.isKnown(SHOP, RIGHT)).isTrue();
    assertThat(checks.isKnown(changed, RIGHT)).isFalse();
  }

  @Test
  void aTableThatDoesNotExistCostsASlowHashToo() {
    List<Verdict> verdicts = new ArrayList<>();
    checks.check(null, "nothing", RIGHT, "10.0.0.1", verdicts::add);
    assertThat(verdicts).containsExactly(Verdict.REFUSED);
    assertThat(slowHashes).isEqualTo(1);
  }

  @Test
  void wrongPasswordsAreRationedByAddressButTheRightOneIsNot() {
    check(RIGHT);
    for (int i = 0; i < PasswordChecks.FREE_FAILURES; i++) {
      assertThat(check(WRONG)).isEqualTo(Verdict.REFUSED);
    }
    assertThat(check(WRONG)).isEqualTo(Verdict.RATIONED);
    assertThat(check(RIGHT)).isEqualTo(Verdict.FITS);
    List<Verdict> elsewhere = new ArrayList<>();
    checks.check(SHOP, "shop", WRONG, "10.0.0.2", elsewhere::add);
    assertThat(elsewhere).containsExactly(Verdict.REFUSED);
    nowNanos += PasswordChecks.FAILURE_INTERVAL.toNanos() + 1;
    assertThat(check(WRONG)).isEqualTo(Verdict.REFUSED);
  }

  @Test
  void aFullPoolIsAnAnswer() {
    PasswordChecks busy = new PasswordChecks(new SecureRandom(), task -> {
      throw new RejectedExecutionException();
    }, () -> 0);
    List<Verdict> verdicts = new ArrayList<>();
    busy.check(SHOP, "shop", RIGHT, "10.0.0.1", verdicts::add);
    assertThat(verdicts).containsExactly(Verdict.BUSY);
  }

  @Test
  void aHashThatCannotBeReadRefuses() {
    List<Verdict> verdicts = new ArrayList<>();
    checks.check(ServedNode.table(6, "odd", 1, "md5$x"), "odd", RIGHT, "10.0.0.1", verdicts::add);
    assertThat(verdicts).containsExactly(Verdict.REFUSED);
  }

  private Verdict check(byte[] password) {
    List<Verdict> verdicts = new ArrayList<>();
    checks.check(SHOP, "shop", password, "10.0.0.1", verdicts::add);
    return verdicts.getFirst();
  }
}
