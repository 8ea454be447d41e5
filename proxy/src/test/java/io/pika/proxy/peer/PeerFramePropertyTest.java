package io.pika.proxy.peer;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;

final class PeerFramePropertyTest {

  @Property(tries = 200)
  void aRequestComesOutAsItWentIn(@ForAll @IntRange(max = Integer.MAX_VALUE) int table,
      @ForAll @IntRange(max = 16383) int slot,
      @ForAll @LongRange(max = Long.MAX_VALUE) long epoch, @ForAll PeerRequest.Order order,
      @ForAll @IntRange(min = 2, max = 3) int protocol, @ForAll @Size(min = 1, max = 100) byte[] command)
      throws BadFrameException {
    PeerRequest request = new PeerRequest(table, slot, slot, epoch, order, protocol, 17,
        Unpooled.wrappedBuffer(command));
    ByteBuf frame = Unpooled.buffer();
    PeerFrame.writeRequestHeader(99, request, frame);
    frame.writeBytes(request.command().duplicate());
    assertThat(frame.readInt()).isEqualTo(frame.readableBytes());
    assertThat(frame.readInt()).isEqualTo(99);
    assertThat(PeerFrame.readRequest(frame)).isEqualTo(request);
  }

  @Property(tries = 500)
  void garbageIsARequestOrABadFrameAndNothingElse(@ForAll @Size(min = 27, max = 60) byte[] garbage) {
    ByteBuf frame = Unpooled.wrappedBuffer(garbage);
    frame.readInt();
    try {
      PeerRequest request = PeerFrame.readRequest(frame);
      assertThat(request.slotFrom()).isLessThanOrEqualTo(request.slotTo());
      assertThat(request.epoch()).isNotNegative();
      request.command().release();
    } catch (BadFrameException e) {
      assertThat(e).hasMessageContaining("makes no sense");
    }
    assertThat(frame.refCnt()).isEqualTo(1);
  }

  @Property(tries = 100)
  void framesAreTheSameHoweverTheBytesArrive(@ForAll long seed) {
    Random random = new Random(seed);
    List<byte[]> bodies = new ArrayList<>();
    ByteBuf wire = Unpooled.buffer();
    for (int i = 0; i < 8; i++) {
      byte[] body = new byte[5 + random.nextInt(random.nextInt(4) == 0 ? 300_000 : 200)];
      random.nextBytes(body);
      bodies.add(body);
      wire.writeInt(body.length).writeBytes(body);
    }
    Recorder recorder = new Recorder();
    EmbeddedChannel channel = new EmbeddedChannel(recorder);
    List<ByteBuf> pieces = new ArrayList<>();
    while (wire.isReadable()) {
      int size = Math.min(wire.readableBytes(), 1 + random.nextInt(random.nextBoolean() ? 30 : 70_000));
      ByteBuf piece = Unpooled.copiedBuffer(wire.readSlice(size));
      pieces.add(piece);
      channel.writeInbound(piece);
    }
    channel.finishAndReleaseAll();
    assertThat(recorder.frames).as("seed %s", seed).usingElementComparator(Arrays::compare).isEqualTo(bodies);
    assertThat(pieces).as("seed %s", seed).allMatch(piece -> piece.refCnt() == 0);
  }

  private static final class Recorder extends FrameReader {
    final List<byte[]> frames = new ArrayList<>();

    Recorder() {
      super(5, 1 << 20, new PeerStats());
    }

    @Override
    void frame(ByteBuf frame) {
      byte[] copy = new byte[frame.readableBytes()];
      frame.readBytes(copy);
      frames.add(copy);
    }

    @Override
    String peer() {
      return "test";
    }
  }
}
