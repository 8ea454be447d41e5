package io.pika.proxy.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.pika.proxy.protocol.Reply;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

final class ReplyReaderTest {

  private static Reply open(String bytes) {
    ByteBuf raw = Unpooled.copiedBuffer(bytes, StandardCharsets.ISO_8859_1);
    Reply reply = ReplyReader.open(Reply.raw(raw));
    if (reply instanceof Reply.Array(List<Reply> items)) {
      List<Reply> opened = items.stream().map(ReplyReader::open).toList();
      opened.stream().filter(Reply.Array.class::isInstance).forEach(Reply::release);
      reply = new Reply.Array(opened);
    }
    assertThat(raw.refCnt()).as("references to %s", bytes).isZero();
    return reply;
  }

  @Test
  void everyShapeThatMergedCommandsAnswerIsOpened() {
    assertThat(open(":42\r\n")).isEqualTo(Reply.of(42));
    assertThat(open("+OK\r\n")).isEqualTo(Reply.OK);
    assertThat(open("-ERR no\r\n")).isEqualTo(Reply.error("ERR no"));
    assertThat(open("$-1\r\n")).isEqualTo(Reply.NIL);
    assertThat(open("_\r\n")).isEqualTo(Reply.NIL);
    assertThat(open("$3\r\na\r\n\r\n")).isEqualTo(Reply.bulk("a\r\n"));
    assertThat(open("*0\r\n")).isEqualTo(new Reply.Array(List.of()));
    assertThat(open("*4\r\n$1\r\na\r\n$-1\r\n_\r\n:7\r\n"))
        .isEqualTo(Reply.array(Reply.bulk("a"), Reply.NIL, Reply.NIL, Reply.of(7)));
    assertThat(open("*1\r\n*2\r\n:1\r\n$0\r\n\r\n")).isInstanceOf(Reply.Array.class);
    assertThat(open("*-1\r\n")).isEqualTo(Reply.NULL_ARRAY);
    assertThat(open("*7\r\n%1\r\n+a\r\n:1\r\n~1\r\n,1.5\r\n#t\r\n(123\r\n=5\r\ntxt:a\r\n*-1\r\n>1\r\n_\r\n"))
        .isInstanceOf(Reply.Array.class);
  }

  @Test
  void whatMakesNoSenseIsAnErrorAndGivesTheBufferBack() {
    for (String bytes : List.of("", "x", ":\r\n", ":1", ":1\r", ":1\r\n:2\r\n", "$5\r\nab\r\n", "$2\r\nabcd",
        "$-2\r\n",
        "*2\r\n:1\r\n", "*99999999\r\n", "*-3\r\n", "*1\r\n".repeat(10) + ":1\r\n",
        "$9999999999\r\n", "+no end")) {
      assertThat(open(bytes)).as(bytes).isEqualTo(ReplyReader.NONSENSE);
    }
  }

  @Test
  void noMutationOfAReplyIsAnExceptionOrALeak() {
    byte[] sound = "*3\r\n$5\r\nhello\r\n$-1\r\n*1\r\n:12\r\n".getBytes(StandardCharsets.US_ASCII);
    Random random = new Random(11);
    for (int i = 0; i < 20_000; i++) {
      byte[] mutated = sound.clone();
      for (int k = random.nextInt(3); k >= 0; k--) {
        mutated[random.nextInt(mutated.length)] = (byte) "*$:+-_0123456789\r\nx".charAt(random.nextInt(19));
      }
      ByteBuf raw = Unpooled.wrappedBuffer(mutated, 0, 1 + random.nextInt(mutated.length));
      ReplyReader.open(Reply.raw(raw)).release();
      assertThat(raw.refCnt()).isZero();
    }
  }
}
