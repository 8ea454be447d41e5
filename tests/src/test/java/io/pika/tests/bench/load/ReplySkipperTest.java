package io.pika.tests.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ReplySkipperTest {
  private static final String REPLIES = "+OK\r\n" + ":-12\r\n" + "$-1\r\n" + "$0\r\n\r\n"
      + "$5\r\n:1\r\n2\r\n"
      + "*0\r\n" + "*-1\r\n" + "*2\r\n$1\r\n7\r\n*2\r\n$3\r\n*9\r\r\n:1\r\n" + "%1\r\n+a\r\n:1\r\n" + "_\r\n"
      + ",1.5\r\n"
      + "~2\r\n#t\r\n#f\r\n";
  private static final int COUNT = 12;

  private final ReplySkipper skipper = new ReplySkipper();

  @Test
  void repliesOfAllTypesAreCounted() {
    assertThat(skipper.take(bytes(REPLIES))).isEqualTo(COUNT);
    assertThat(skipper.errors()).isZero();
  }

  @Test
  void piecesMayEndAnywhere() {
    for (int size = 1; size < REPLIES.length(); size++) {
      ReplySkipper fresh = new ReplySkipper();
      int replies = 0;
      for (int at = 0; at < REPLIES.length(); at += size) {
        replies += fresh.take(bytes(REPLIES.substring(at, Math.min(REPLIES.length(), at + size))));
      }
      assertThat(replies).as("pieces of %d bytes", size).isEqualTo(COUNT);
    }
  }

  @Test
  void replyCountsWhenItsLastByteIsThere() {
    assertThat(skipper.take(bytes("*2\r\n+a\r\n$3\r\nabc\r"))).isZero();
    assertThat(skipper.take(bytes("\n+"))).isEqualTo(1);
  }

  @Test
  void firstErrorIsKept() {
    assertThat(skipper.take(bytes("+OK\r\n-ERR no such 12\r\n-OTHER\r\n"))).isEqualTo(3);
    assertThat(skipper.errors()).isEqualTo(2);
    assertThat(skipper.firstError()).isEqualTo("ERR no such 12");
  }

  @Test
  void whatIsNoReplyIsNotCounted() {
    assertThatThrownBy(() -> skipper.take(bytes("HTTP/1.1 200 OK\r\n")))
        .isInstanceOf(IllegalStateException.class);
  }

  private static ByteBuffer bytes(String text) {
    return ByteBuffer.wrap(text.getBytes(StandardCharsets.ISO_8859_1));
  }
}
