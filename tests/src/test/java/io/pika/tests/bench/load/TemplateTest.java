package io.pika.tests.bench.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class TemplateTest {
  @Test
  void placesAreFilledAndNothingElse() {
    TemplateRequests requests = new TemplateRequests(Template.of("ZADD z:{key} {any} member:{member}:x", 0),
        numbers(), 1,
        2);
    assertThat(text(requests.next(0))).isEqualTo("""
        *4
        $4
        ZADD
        $10
        z:00000001
        $8
        12345678
        $17
        member:00000042:x
        *4
        $4
        ZADD
        $10
        z:00000002
        $8
        12345678
        $17
        member:00000042:x
        """.replace("\n", "\r\n"));
  }

  @Test
  void valuesHaveTheirSizeAndAreNotAlike() {
    TemplateRequests requests = new TemplateRequests(Template.of("SET {key} {value}", 40), numbers(), 2, 1);
    String first = text(requests.next(0));
    String second = text(requests.next(1));
    String begin = "*3\r\n$3\r\nSET\r\n$8\r\n00000001\r\n$40\r\n";
    assertThat(first).startsWith(begin).hasSize(begin.length() + 42).endsWith("\r\n");
    assertThat(first.substring(begin.length())).isNotEqualTo(second.substring(begin.length()));
  }

  @Test
  void sameSeedDrawsTheSame() {
    for (Distribution distribution : Distribution.values()) {
      Draw one = distribution.draw(1000, 100, 5);
      Draw other = distribution.draw(1000, 100, 5);
      for (int i = 0; i < 1000; i++) {
        assertThat(one.key()).isEqualTo(other.key()).isBetween(0, 999);
        assertThat(one.member()).isEqualTo(other.member()).isBetween(0, 99);
        assertThat(one.any()).isEqualTo(other.any()).isBetween(0, Template.NUMBERS - 1);
      }
    }
  }

  @Test
  void fillingDrawsEveryKeyAndEveryMember() {
    Draw draw = new SequentialDraw(3);
    assertThat(new int[]{draw.key(), draw.member(), draw.member(), draw.member(), draw.key(), draw.member()})
        .containsExactly(0, 0, 1, 2, 1, 0);
    assertThat(draw.any()).isBetween(0, Template.NUMBERS - 1);
  }

  private static Draw numbers() {
    return new Draw() {
      private int keys;

      @Override
      public int key() {
        return ++keys;
      }

      @Override
      public int member() {
        return 42;
      }

      @Override
      public int any() {
        return 12_345_678;
      }
    };
  }

  private static String text(ByteBuffer buffer) {
    return StandardCharsets.ISO_8859_1.decode(buffer.duplicate()).toString();
  }
}
