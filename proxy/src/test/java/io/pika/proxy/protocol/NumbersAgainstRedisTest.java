package io.pika.proxy.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.ByteArrayOutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Numbers are read and written as a real redis-server reads and writes them. */
class NumbersAgainstRedisTest {
  private static final long SEED = Long.getLong("pika.seed", 20261122);

  @Test
  void doublesAreReadAndWrittenAlike(@TempDir Path directory) throws Exception {
    SplittableRandom random = new SplittableRandom(SEED);
    List<String> texts = new ArrayList<>(
        List.of("0", "1", "-1", "0.1", "1e5", "1E5", "1e16", "1e17", "123456789012345678",
            "0.0001", "0.00001", "1e-5", "inf", "-inf", "+inf", "Infinity", "INF", "infinit", "nan", "-nan",
            "+1", "+-1", "5.", ".5",
            ".", "-.5e1", "1e", "1e+", "1e400", "-1e400", "1e-400", "0e-400", "4.9e-324",
            "1.7976931348623157e308", "0x10", "0x1p3",
            "0x1.8p1", "0x", "0x.8", "0xg", "1f", "1d", " 1", "1 ", "1,5", "1e5.5", "1__0", "--1", "1.2.3",
            "0x1p", "1p3"));
    for (int i = 0; i < 1000; i++) {
      texts.add(Double.toString(Double.longBitsToDouble(random.nextLong())));
      texts.add(Double.toString(random.nextInt(1_000_000) / 1000.0));
      texts.add(Double.toString(random.nextInt() * Math.pow(10, random.nextInt(-20, 20))));
    }
    ByteArrayOutputStream requests = new ByteArrayOutputStream();
    StringBuilder ours = new StringBuilder();
    for (String text : texts) {
      requests.writeBytes(bytes(Request.of("DEL", "z")));
      requests.writeBytes(bytes(Request.of("ZADD", "z", text, "m")));
      requests.writeBytes(bytes(Request.of("ZSCORE", "z", "m")));
      double value = Numbers.parseDouble(Model.bytes(text));
      Reply added = Double.isNaN(value) ? Reply.NOT_A_FLOAT : Reply.ONE;
      ours.append(text).append(' ').append(Model.encode(added, 2))
          .append(Model.encode(Double.isNaN(value) ? Reply.NIL : Reply.doubleNumber(value), 2));
    }
    try (RealRedis redis = RealRedis.start(directory)) {
      ByteBuf replies = Unpooled.wrappedBuffer(Model.bytes(redis.replies(requests.toByteArray())));
      StringBuilder theirs = new StringBuilder();
      for (String text : texts) {
        RespText.read(replies);
        int start = replies.readerIndex();
        RespText.read(replies);
        RespText.read(replies);
        theirs.append(text).append(' ')
            .append(Model.text(replies.slice(start, replies.readerIndex() - start)));
      }
      assertThat(ours.toString()).as("seed %d", SEED).isEqualTo(theirs.toString());
    }
  }

  @Test
  void wholeNumbersAreReadAlike(@TempDir Path directory) throws Exception {
    List<String> texts = List.of("0", "-0", "00", "01", "-01", "1", "-1", "+1", "", "-", " 1", "1 ", "1.0",
        "0x1", "abc",
        "9223372036854775807", "9223372036854775808", "-9223372036854775808", "-9223372036854775809",
        "18446744073709551616",
        "99999999999999999999", "999999999999999999", "1000000000000000000000", "10\0", "1\n",
        "9999999999999999999");
    ByteArrayOutputStream requests = new ByteArrayOutputStream();
    StringBuilder ours = new StringBuilder();
    for (String text : texts) {
      requests.writeBytes(bytes(Request.of("SETRANGE", "none", "0", "")));
      requests.writeBytes(bytes(Request.of("GETRANGE", "none", text, "0")));
      byte[] bytes = Model.bytes(text);
      ours.append(Model.encode(Reply.ZERO, 2))
          .append(Model.encode(Numbers.isLong(bytes) ? Reply.EMPTY : Reply.NOT_AN_INTEGER, 2));
      if (Numbers.isLong(bytes)) {
        assertThat(Numbers.parseLong(bytes)).isEqualTo(Long.parseLong(text));
      }
    }
    try (RealRedis redis = RealRedis.start(directory)) {
      assertThat(ours.toString()).isEqualTo(redis.replies(requests.toByteArray()));
    }
  }

  private static byte[] bytes(Request request) {
    return Model.bytes(Model.text(request.raw()));
  }
}
