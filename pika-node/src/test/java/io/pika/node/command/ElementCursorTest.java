package io.pika.node.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pika.proxy.protocol.RefusalException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ElementCursorTest {
  @Test
  void cursorsAreReadAsCReadsNumbers() {
    assertThat(parse("0")).isZero();
    assertThat(parse("")).isZero();
    assertThat(parse("007")).isEqualTo(7);
    assertThat(parse("+7")).isEqualTo(7);
    assertThat(parse("7\0rest")).isEqualTo(7);
    assertThat(parse("4611686018427387903")).isEqualTo((1L << 62) - 1);
  }

  @Test
  void whatNoScanGivesIsBeyondTheEnd() {
    assertThat(parse("9223372036854775808")).isEqualTo(ElementCursor.BEYOND);
    assertThat(parse("18446744073709551615")).isEqualTo(ElementCursor.BEYOND);
    assertThat(parse("-1")).isEqualTo(ElementCursor.BEYOND);
  }

  @Test
  void whatIsNoNumberIsRefused() {
    for (String text : new String[]{" 1", "1 ", "x", "1x", "-", "+", "1.0", "18446744073709551616", "--1"}) {
      assertThatThrownBy(() -> parse(text)).as(text).isInstanceOf(RefusalException.class);
    }
  }

  private static long parse(String text) {
    return ElementCursor.parse(text.getBytes(StandardCharsets.ISO_8859_1));
  }
}
