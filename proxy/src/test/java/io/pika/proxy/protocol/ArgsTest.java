package io.pika.proxy.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

class ArgsTest {
  @Test
  void argumentsAreTakenInTurn() {
    Args args = new Args(Request.of("SET", "key", "ex", "10", "2.5", "Nx"), 1);
    assertThat(args.takeBytes()).isEqualTo("key".getBytes(StandardCharsets.UTF_8));
    assertThat(args.takeIf("PX")).isFalse();
    assertThat(args.takeIf("EX")).isTrue();
    assertThat(args.takeLong()).isEqualTo(10);
    assertThat(args.takeDouble()).isEqualTo(2.5);
    assertThat(args.remaining()).isEqualTo(1);
    assertThat(args.takeUpper()).isEqualTo("NX");
    assertThat(args.hasNext()).isFalse();
    args.expectEnd();
  }

  @Test
  void whatDoesNotFitIsRefusedInTheWordsOfRedis() {
    assertRefused(() -> new Args(Request.of("GET"), 1).takeBytes(), "ERR syntax error");
    assertRefused(() -> new Args(Request.of("GET", "a"), 1).expectEnd(), "ERR syntax error");
    assertRefused(() -> new Args(Request.of("INCRBY", "a"), 1).takeLong(),
        "ERR value is not an integer or out of range");
    assertRefused(() -> new Args(Request.of("INCRBY", "nan"), 1).takeDouble(),
        "ERR value is not a valid float");
    assertRefused(() -> new Args(Request.of("X", "5"), 1).takeLong(0, 4, Reply.SYNTAX_ERROR),
        "ERR syntax error");
  }

  @Test
  void refusalHasNoStackTrace() {
    assertThat(new RefusalException("ERR no").getStackTrace()).isEmpty();
    assertThat(new RefusalException("WRONGTYPE no").reply().code()).isEqualTo("WRONGTYPE");
  }

  private static void assertRefused(ThrowingCallable call, String text) {
    assertThatThrownBy(call).isInstanceOfSatisfying(RefusalException.class,
        refusal -> assertThat(refusal.reply()).isEqualTo(Reply.error(text)));
  }
}
