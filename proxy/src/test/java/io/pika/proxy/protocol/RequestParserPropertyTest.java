package io.pika.proxy.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;

class RequestParserPropertyTest {
  @Property(tries = 500)
  void whateverIsEncodedIsParsedBack(@ForAll("requests") List<List<byte[]>> requests) throws Exception {
    ByteArrayOutputStream wire = new ByteArrayOutputStream();
    List<List<String>> expected = new ArrayList<>();
    for (List<byte[]> arguments : requests) {
      Request request = Request.of(arguments.toArray(byte[][]::new));
      expected.add(Model.arguments(request));
      wire.writeBytes(Model.bytes(Model.text(request.raw())));
    }
    assertThat(Model.parse(wire.toByteArray(), RequestLimits.DEFAULT)).isEqualTo(expected);
  }

  /** Pieces go through the cumulator as from a socket; requests are held to the end, and no buffer is left over. */
  @Property(tries = 1000)
  void splittingTheBytesChangesNothing(@ForAll("streams") byte[] stream,
      @ForAll("sizes") List<Integer> sizes) {
    RequestLimits limits = new RequestLimits(6, 40, 50, 120, true);
    String whole = inPieces(stream, List.of(stream.length + 1), limits);
    assertThat(inPieces(stream, sizes, limits)).isEqualTo(whole);
  }

  private static String inPieces(byte[] stream, List<Integer> sizes, RequestLimits limits) {
    RequestParser parser = new RequestParser(limits);
    StringBuilder story = new StringBuilder();
    List<ByteBuf> buffers = new ArrayList<>();
    List<Request> held = new ArrayList<>();
    ByteBuf in = Unpooled.buffer(4);
    int at = 0;
    try {
      for (int turn = 0; at < stream.length; turn++) {
        int length = Math.min(sizes.get(turn % sizes.size()), stream.length - at);
        ByteBuf piece = Unpooled.buffer(length + 8).writeBytes(stream, at, length);
        buffers.add(in);
        buffers.add(piece);
        at += length;
        in = RequestCumulator.DOUBLING.cumulate(UnpooledByteBufAllocator.DEFAULT, in, piece);
        for (Request request = parser.next(in); request != null; request = parser.next(in)) {
          held.add(request);
        }
      }
    } catch (ProtocolException broken) {
      story.append(broken.getMessage());
    }
    for (Request request : held) {
      story.insert(0, Model.arguments(request) + Model.text(request.raw()));
      request.release();
    }
    in.release();
    assertThat(in.refCnt()).isZero();
    assertThat(buffers).allMatch(buffer -> buffer.refCnt() == 0);
    return story.toString();
  }

  @Provide
  Arbitrary<List<List<byte[]>>> requests() {
    Arbitrary<byte[]> argument = Arbitraries.bytes().array(byte[].class).ofMaxSize(40);
    return argument.list().ofMinSize(1).ofMaxSize(9).list().ofMaxSize(6);
  }

  @Provide
  Arbitrary<byte[]> streams() {
    Arbitrary<String> piece = Arbitraries.frequencyOf(
        Tuple.of(6,
            Arbitraries.of("*1\r\n$4\r\nPING\r\n", "*2\r\n$3\r\nGET\r\n$1\r\na\r\n", "get a\r\n", "\r\n",
                "*3\r\n$3\r\nset\r\n$1\r\na\r\n$12\r\n*1\r\n$1\r\nx\r\n\r\n\r\n", "set 'a b' \"c\\x00\"\n",
                "*0\r\n")),
        Tuple.of(1, Arbitraries.strings().withChars("*$\r\n0123456789'\"\\ -xX\0").ofMaxLength(60)));
    return piece.list().ofMaxSize(8)
        .map(pieces -> String.join("", pieces).getBytes(StandardCharsets.ISO_8859_1));
  }

  @Provide
  Arbitrary<List<Integer>> sizes() {
    return Arbitraries.integers().between(1, 20).list().ofMinSize(1).ofMaxSize(8);
  }
}
