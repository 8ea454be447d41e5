package io.pika.node.type;

import static org.assertj.core.api.Assertions.assertThat;

import io.pika.node.type.LongestCommonSubsequence.Match;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class LongestCommonSubsequenceTest {
  @Test
  void theExampleOfRedisDocumentation() {
    LongestCommonSubsequence common = of("ohmytext", "mynewtext");
    assertThat(common.content()).asString(StandardCharsets.US_ASCII).isEqualTo("mytext");
    assertThat(common.length()).isEqualTo(6);
    assertThat(common.matches()).containsExactly(new Match(4, 7, 5, 8), new Match(2, 3, 0, 1));
  }

  @Test
  void emptyStringsHaveNothingInCommon() {
    assertThat(of("", "").content()).isEmpty();
    assertThat(of("a", "").matches()).isEmpty();
    assertThat(of("", "a").length()).isZero();
  }

  @Test
  void equalStringsAreOneMatch() {
    assertThat(of("x".repeat(100), "x".repeat(100)).matches()).containsExactly(new Match(0, 99, 0, 99));
  }

  @Test
  void theLimitCountsTheTableThatRedisWouldNeed() {
    byte[] bytes = new byte[99];
    assertThat(LongestCommonSubsequence.isTooBig(bytes, bytes, 40_000)).isFalse();
    assertThat(LongestCommonSubsequence.isTooBig(bytes, bytes, 39_999)).isTrue();
  }

  private static LongestCommonSubsequence of(String first, String second) {
    return LongestCommonSubsequence.of(first.getBytes(StandardCharsets.US_ASCII),
        second.getBytes(StandardCharsets.US_ASCII));
  }
}
