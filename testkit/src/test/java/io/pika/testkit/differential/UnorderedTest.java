package io.pika.testkit.differential;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class UnorderedTest {
  private static final String A = "$1\r\na\r\n";
  private static final String B = "$1\r\nb\r\n";
  private static final String C = "$1\r\nc\r\n";

  @Test
  void itemsMayComeInAnyOrder() {
    assertAlike("SMEMBERS s", "~2\r\n" + A + B, "~2\r\n" + B + A);
    assertAlike("KEYS *", "*3\r\n" + A + A + B, "*3\r\n" + A + B + A);
    assertDiffer("SMEMBERS s", "*3\r\n" + A + A + B, "*3\r\n" + B + B + A);
    assertDiffer("SMEMBERS s", "~2\r\n" + A + B, "*2\r\n" + A + B);
    assertDiffer("LRANGE l 0 1", "*2\r\n" + A + B, "*2\r\n" + B + A);
    assertDiffer("SMEMBERS s", "~2\r\n" + A + B, "-WRONGTYPE\r\n");
  }

  @Test
  void pairsStayTogether() {
    assertAlike("HGETALL h", "%2\r\n" + A + B + C + A, "%2\r\n" + C + A + A + B);
    assertAlike("HGETALL h", "*4\r\n" + A + B + C + A, "*4\r\n" + C + A + A + B);
    assertDiffer("HGETALL h", "*4\r\n" + A + B + C + A, "*4\r\n" + A + A + C + B);
    String pairs = "*2\r\n" + A + B;
    String others = "*2\r\n" + C + A;
    assertAlike("HRANDFIELD h 9 WITHVALUES", "*2\r\n" + pairs + others, "*2\r\n" + others + pairs);
    assertDiffer("HRANDFIELD h 9 WITHVALUES", "*4\r\n" + A + B + C + A, "*4\r\n" + A + A + C + B);
  }

  @Test
  void pagesAreAlikeWithTheirCursors() {
    assertAlike("SSCAN s 0", "*2\r\n" + A + "*2\r\n" + A + B, "*2\r\n" + A + "*2\r\n" + B + A);
    assertDiffer("SSCAN s 0", "*2\r\n" + A + "*2\r\n" + A + B, "*2\r\n" + B + "*2\r\n" + A + B);
    assertDiffer("HSCAN h 0", "*2\r\n" + A + "*4\r\n" + A + B + C + A,
        "*2\r\n" + A + "*4\r\n" + A + A + C + B);
  }

  @Test
  void programsPartWhereOthersWereRemoved() {
    Judgement judgement = new Judgement();
    Call call = Call.of("SPOP", "s", "1");
    assertThat(judgement.isParting(call, bytes("*1\r\n" + A), bytes("*1\r\n" + B))).isTrue();
    assertThat(judgement.isParting(call, bytes(A), bytes(B))).isTrue();
    assertThat(judgement.isParting(call, bytes(A), bytes(A))).isFalse();
    assertThat(judgement.isParting(call, bytes("*2\r\n" + A + B), bytes("*2\r\n" + B + A))).isFalse();
    assertThat(judgement.isParting(call, bytes("*1\r\n" + A), bytes("*2\r\n" + B + A))).isFalse();
    assertThat(judgement.isParting(call, bytes(A), bytes("$-1\r\n"))).isFalse();
  }

  private static void assertAlike(String call, String expected, String actual) {
    assertThat(accepts(call, expected, actual)).as(call).isTrue();
  }

  private static void assertDiffer(String call, String expected, String actual) {
    assertThat(accepts(call, expected, actual)).as(call).isFalse();
  }

  private static boolean accepts(String call, String expected, String actual) {
    return new Judgement().accepts(Call.of(call.split(" ")), bytes(expected), bytes(actual), List.of());
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
