package io.pika.proxy.protocol;

import static io.pika.proxy.protocol.Model.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.util.List;
import org.junit.jupiter.api.Test;

class RequestParserTest {
  private static final RequestLimits SMALL = new RequestLimits(3, 8, 32, 40, true);

  @Test
  void arrayOfBulksIsARequest() throws Exception {
    assertThat(parse("*2\r\n$3\r\nGET\r\n$3\r\na\0b\r\n")).containsExactly(List.of("GET", "a\0b"));
  }

  @Test
  void pipelineIsManyRequests() throws Exception {
    assertThat(parse("*1\r\n$4\r\nPING\r\nget a\r\n*2\r\n$3\r\nget\r\n$0\r\n\r\n"))
        .containsExactly(List.of("PING"), List.of("get", "a"), List.of("get", ""));
  }

  @Test
  void lineIsARequestWithQuotes() throws Exception {
    assertThat(parse("set 'it\\'s' \"\\x41\\n\\\"\\q\"  b\"c d\"\r\n"))
        .containsExactly(List.of("set", "it's", "A\n\"q", "bc d"));
  }

  @Test
  void emptyRequestsAreSkipped() throws Exception {
    assertThat(parse("\r\n  \n*0\r\n*-1\r\n*-7\r\nPING\n")).containsExactly(List.of("PING"));
  }

  @Test
  void nothingBehindAnUnfinishedRequestIsTaken() throws Exception {
    ByteBuf in = Unpooled.wrappedBuffer(bytes("*2\r\n$3\r\nGET\r\n$3\r\nab"));
    assertThat(new RequestParser(RequestLimits.DEFAULT).next(in)).isNull();
    assertThat(in.readerIndex()).isZero();
  }

  @Test
  void requestKnowsItsCommandAndItsExactBytes() throws Exception {
    String first = "*2\r\n$3\r\ngEt\r\n$1\r\na\r\n";
    ByteBuf in = Unpooled.wrappedBuffer(bytes("*1\r\n$4\r\nPING\r\n" + first + "*1"));
    RequestParser parser = new RequestParser(RequestLimits.DEFAULT);
    Request ping = parser.next(in);
    Request get = parser.next(in);
    assertThat(ping).isNotNull();
    assertThat(get).isNotNull();
    assertThat(get.command()).isEqualTo(Command.GET);
    assertThat(Model.text(get.raw())).isEqualTo(first);
    assertThat(get.rawLength()).isEqualTo(first.length());
    assertThat(in.refCnt()).isEqualTo(3);
    ping.release();
    get.release();
    assertThat(in.refCnt()).isEqualTo(1);
  }

  @Test
  void lineIsForwardedInArrayForm() throws Exception {
    ByteBuf in = Unpooled.wrappedBuffer(bytes("set a 'b c'\r\n"));
    Request request = new RequestParser(RequestLimits.DEFAULT).next(in);
    assertThat(request).isNotNull();
    assertThat(Model.text(request.raw())).isEqualTo("*3\r\n$3\r\nset\r\n$1\r\na\r\n$3\r\nb c\r\n");
    assertThat(in.refCnt()).as("a line is copied").isEqualTo(1);
  }

  @Test
  void hugeBulkInPiecesIsLookedAtOnce() throws Exception {
    int bulkBytes = 64 << 20;
    ByteBufAllocator allocator = UnpooledByteBufAllocator.DEFAULT;
    RequestParser parser = new RequestParser(RequestLimits.DEFAULT);
    ByteBuf in = Unpooled.wrappedBuffer(bytes("*2\r\n$3\r\nGET\r\n$" + bulkBytes + "\r\n"));
    long copied = 0;
    byte[] piece = new byte[64 << 10];
    for (int sent = 0; sent < bulkBytes + 2; sent += piece.length) {
      assertThat(parser.next(in)).isNull();
      int length = Math.min(piece.length, bulkBytes + 2 - sent);
      ByteBuf before = in;
      int had = in.readableBytes();
      in = RequestCumulator.DOUBLING.cumulate(allocator, in, Unpooled.wrappedBuffer(piece, 0, length));
      copied += before == in ? length : had + length;
    }
    Request request = parser.next(in);
    assertThat(request).isNotNull();
    assertThat(request.argLength(1)).isEqualTo(bulkBytes);
    assertThat(copied).as("bytes copied").isLessThan(3L * bulkBytes);
    request.release();
    in.release();
  }

  @Test
  void claimedLengthsAllocateNothing() throws Exception {
    ByteBuf in = Unpooled.wrappedBuffer(bytes("*1048576\r\n$536870912\r\n"));
    assertThat(new RequestParser(RequestLimits.DEFAULT).next(in)).isNull();
  }

  @Test
  void everyLengthHasALimit() {
    assertRefused("*4\r\n", SMALL, "invalid multibulk length");
    assertRefused("*1\r\n$9\r\n", SMALL, "invalid bulk length");
    assertRefused("x".repeat(33), SMALL, "too big inline request");
    assertRefused("x".repeat(33) + "\r\n", SMALL, "too big inline request");
    assertRefused("*" + "1".repeat(40), SMALL, "too big mbulk count string");
    assertRefused("*1\r\n$" + "1".repeat(40), SMALL, "too big bulk count string");
    assertRefused("*3\r\n$8\r\n12345678\r\n$8\r\n12345678\r\n$8\r\n", SMALL, "too big request");
    assertRefused("*1048577\r\n", RequestLimits.DEFAULT, "invalid multibulk length");
    assertRefused("*11\r\n", RequestLimits.UNAUTHENTICATED, "unauthenticated multibulk length");
    assertRefused("*1\r\n$16385\r\n", RequestLimits.UNAUTHENTICATED, "unauthenticated bulk length");
  }

  @Test
  void limitsChangeFromOneLengthToTheNext() throws Exception {
    RequestParser parser = new RequestParser(RequestLimits.UNAUTHENTICATED);
    parser.limits(RequestLimits.DEFAULT);
    assertThat(parser.next(Unpooled.wrappedBuffer(bytes("*11\r\n")))).isNull();
  }

  @Test
  void browserIsNotAnswered() {
    assertThatThrownBy(() -> parse("POST / HTTP/1.1\r\n"))
        .isInstanceOfSatisfying(ProtocolException.class, broken -> assertThat(broken.reply()).isNull());
    assertThatThrownBy(() -> parse("*1\r\n$5\r\nHost:\r\n"))
        .isInstanceOfSatisfying(ProtocolException.class, broken -> assertThat(broken.reply()).isNull());
  }

  @Test
  void logsShowNoArguments() {
    assertThat(Request.of("SET", "secret", "value")).hasToString("set with 2 arguments");
  }

  private static List<List<String>> parse(String input) throws ProtocolException {
    return Model.parse(bytes(input), RequestLimits.DEFAULT);
  }

  private static void assertRefused(String input, RequestLimits limits, String why) {
    assertThat(Model.answer(bytes(input), limits))
        .isEqualTo(new RealRedis.Answer("-ERR Protocol error: " + why + "\r\n", true));
  }
}
