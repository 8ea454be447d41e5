package io.pika.proxy.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** A million broken requests: each ends as requests, as waiting for more, or as one protocol error. */
class RequestParserFuzzTest {
  private static final long SEED = Long.getLong("pika.seed", 20261122);
  private static final int REQUESTS = 1_000_000;
  private static final int LARGEST_INPUT = 64 << 10;

  @Test
  void aMillionMutatedRequestsBreakAndLeakNothing() {
    SplittableRandom random = new SplittableRandom(SEED);
    Mutations mutations = new Mutations(random);
    UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false, true);
    RequestLimits limits = new RequestLimits(64, 4096, 1024, 16384, true);
    long[] outcomes = new long[3];
    for (int i = 0; i < REQUESTS; i++) {
      byte[] input = mutations.next();
      try {
        outcomes[feed(input, random, allocator, limits)]++;
      } catch (RuntimeException | AssertionError bug) {
        throw new AssertionError(
            "seed " + SEED + ", request " + i + ": " + new String(input, StandardCharsets.ISO_8859_1), bug);
      }
      assertThat(allocator.metric().usedHeapMemory()).as("seed %d, request %d", SEED, i).isZero();
    }
    assertThat(outcomes[0]).as("taken").isGreaterThan(REQUESTS / 20);
    assertThat(outcomes[1]).as("refused").isGreaterThan(REQUESTS / 20);
    assertThat(outcomes[2]).as("unfinished").isGreaterThan(REQUESTS / 20);
  }

  /** 0 = all taken, 1 = refused, 2 = something is left. */
  private static int feed(byte[] input, SplittableRandom random, UnpooledByteBufAllocator allocator,
      RequestLimits limits) {
    RequestParser parser = new RequestParser(limits);
    ByteBuf in = allocator.heapBuffer(16);
    int cut = random.nextInt(input.length + 1);
    try {
      in.writeBytes(input, 0, cut);
      takeAll(parser, in);
      in = RequestCumulator.DOUBLING.cumulate(allocator, in,
          allocator.heapBuffer(16).writeBytes(input, cut, input.length - cut));
      takeAll(parser, in);
      assertThat(allocator.metric().usedHeapMemory()).isLessThan(4L * LARGEST_INPUT);
      return in.isReadable() ? 2 : 0;
    } catch (ProtocolException broken) {
      return 1;
    } finally {
      in.release();
    }
  }

  /** Everything that the node does with a request before it runs it. */
  private static void takeAll(RequestParser parser, ByteBuf in) throws ProtocolException {
    for (Request request = parser.next(in); request != null; request = parser.next(in)) {
      for (int i = 0; i < request.size(); i++) {
        request.arg(i);
      }
      request.subCommand();
      if (request.command() != null && request.command().hasArity(request.size())) {
        for (int position : KeyFinder.keyPositions(request)) {
          assertThat(position).isBetween(1, request.size() - 1);
        }
      }
      assertThat(request.raw().readableBytes()).isEqualTo(request.rawLength());
      request.release();
    }
  }
}
