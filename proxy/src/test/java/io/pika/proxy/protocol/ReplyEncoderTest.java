package io.pika.proxy.protocol;

import static io.pika.proxy.protocol.Model.encode;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplyEncoderTest {
  @Test
  void bothProtocolsWriteTheSimpleTypesAlike() {
    for (int protocol : List.of(2, 3)) {
      assertThat(encode(Reply.OK, protocol)).isEqualTo("+OK\r\n");
      assertThat(encode(Reply.simple("Background saving"), protocol)).isEqualTo("+Background saving\r\n");
      assertThat(encode(Reply.error("ERR no"), protocol)).isEqualTo("-ERR no\r\n");
      assertThat(encode(Reply.bulk("a\r\nb"), protocol)).isEqualTo("$4\r\na\r\nb\r\n");
      assertThat(encode(Reply.EMPTY, protocol)).isEqualTo("$0\r\n\r\n");
      assertThat(encode(Reply.array(Reply.ONE, Reply.array()), protocol)).isEqualTo("*2\r\n:1\r\n*0\r\n");
    }
  }

  @Test
  void typesOfTheThirdProtocolHaveFormsInTheSecond() {
    assertForms(Reply.NIL, "$-1\r\n", "_\r\n");
    assertForms(Reply.NULL_ARRAY, "*-1\r\n", "_\r\n");
    assertForms(Reply.map(Reply.bulk("a"), Reply.ONE), "*2\r\n$1\r\na\r\n:1\r\n", "%1\r\n$1\r\na\r\n:1\r\n");
    assertForms(Reply.pairs(List.of(Reply.bulk("a"), Reply.ONE)), "*2\r\n$1\r\na\r\n:1\r\n",
        "*1\r\n*2\r\n$1\r\na\r\n:1\r\n");
    assertForms(Reply.mapOrPairs(List.of(Reply.bulk("a"), Reply.ONE)), "*1\r\n*2\r\n$1\r\na\r\n:1\r\n",
        "%1\r\n$1\r\na\r\n:1\r\n");
    assertForms(Reply.set(List.of(Reply.ONE)), "*1\r\n:1\r\n", "~1\r\n:1\r\n");
    assertForms(Reply.push(List.of(Reply.ONE)), "*1\r\n:1\r\n", ">1\r\n:1\r\n");
    assertForms(Reply.doubleNumber(0.1), "$19\r\n0.10000000000000001\r\n", ",0.10000000000000001\r\n");
    assertForms(Reply.TRUE, ":1\r\n", "#t\r\n");
    assertForms(Reply.FALSE, ":0\r\n", "#f\r\n");
    assertForms(Reply.bigNumber("12345678901234567890"), "$20\r\n12345678901234567890\r\n",
        "(12345678901234567890\r\n");
    assertForms(Reply.verbatim("txt", "hi\n"), "$3\r\nhi\n\r\n", "=7\r\ntxt:hi\n\r\n");
  }

  @Test
  void doublesHaveSeventeenDigitsAtMost() {
    // Scores, with which the others are compared to Redis, lose the sign of zero there.
    assertThat(ReplyEncoder.formatDouble(-0.0)).isEqualTo("-0");
    assertThat(ReplyEncoder.formatDouble(Double.NaN)).isEqualTo("nan");
    assertThat(ReplyEncoder.formatDouble(3.0e23)).isEqualTo("3.0000000000000001e+23");
  }

  @Test
  void numbersOfAllLengthsAreWritten() {
    for (long power = 1; power > 0 && power < Long.MAX_VALUE / 10; power *= 10) {
      for (long value : new long[]{power - 1, power, -power, power + 1}) {
        assertThat(encode(Reply.of(value), 2)).isEqualTo(":" + value + "\r\n");
      }
    }
    assertThat(encode(Reply.of(Long.MAX_VALUE), 2)).isEqualTo(":9223372036854775807\r\n");
    assertThat(encode(Reply.of(Long.MIN_VALUE), 2)).isEqualTo(":-9223372036854775808\r\n")
        .hasSize(ReplyEncoder.MAX_HEADER_BYTES);
  }

  @Test
  void errorStaysOneLine() {
    assertThat(encode(Reply.error("ERR a\r\nb\nc\r\n"), 2)).isEqualTo("-ERR a  b c\r\n");
  }

  @Test
  void foreignBytesPassThroughAndAreLetGo() {
    ByteBuf foreign = Unpooled.buffer().writeBytes(Model.bytes(":7\r\n"));
    assertThat(encode(Reply.array(Reply.raw(foreign)), 2)).isEqualTo("*1\r\n:7\r\n");
    assertThat(foreign.refCnt()).isZero();
  }

  @Test
  void replyThatIsNotWrittenLetsItsBytesGo() {
    ByteBuf foreign = Unpooled.buffer().writeBytes(Model.bytes(":7\r\n"));
    Reply.map(Reply.ONE, Reply.array(Reply.raw(foreign))).release();
    assertThat(foreign.refCnt()).isZero();
  }

  private static void assertForms(Reply reply, String second, String third) {
    assertThat(encode(reply, 2)).isEqualTo(second);
    assertThat(encode(reply, 3)).isEqualTo(third);
  }
}
