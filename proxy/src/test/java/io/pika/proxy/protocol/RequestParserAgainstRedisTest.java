package io.pika.proxy.protocol;

import static io.pika.proxy.protocol.Model.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The same garbage goes to a real redis-server and to our parser: same bytes back, same end. */
class RequestParserAgainstRedisTest {
  private static final long SEED = Long.getLong("pika.seed", 20261122);
  private static final int CONNECTIONS = 250;

  private static final List<byte[]> GARBAGE = Stream.of("*2147483648\r\n$1\r\na", "*1\r\nx\r\n",
      "*1\r\n\0\r\n",
      "*1\r\n\n\r\n", "*1\r\n\u00ff\r\n", "*1\r\n\r\n", "*1\r\nx", "*1\0\r\n$4\r\nnone\r\n",
      "*-5\r\nnone\r\n", "*01\r\n",
      "*+1\r\n", "*\r\n", "*1\rx$4\r\nnone\r\n", "*1\r\n$4\r\nnonexx*1\r\n$4\r\nnone\r\n", "\r\n\r\nnone\r\n",
      "\"none\r\n", "none 'a\r\n", "none \"a\"b\r\n", "none 'a'b\r\n", "POST / HTTP/1.1\r\n",
      "*1\r\n$5\r\nhOsT:\r\n", "no\0ne\r\nnone\r\n", "*1\r\n$\r\n", "*1\r\n$-1\r\n", "*1\r\n$-0\r\n",
      "*1\r\n$536870913\r\n",
      "*1\r\n$9223372036854775807\r\n", "*1\r\n$9223372036854775808\r\n", "*1\r\n$0\r\n\r\n",
      "*3\r\n$0\r\n\r\n$1\r\na\r\n$0\r\n\r\n", "none '\\'a\\n' \r\n",
      "none \"\\x41\\n\\\"\\q\\x4g\\b\\a\\t\\r\"\r\n",
      "\"\" a\r\n", "*2\r\n$9\r\nunk\r\nnown\r\n$5\r\na\0b\rc\r\n", "   \r\nnone\r\n", "none\rx\r\n",
      "none\u000bx\u000cy \u000bz\r\n",
      "*1x\r\n", "* 1\r\n", "*1 \r\n", "*-1\r\nnone\r\n", "*-2147483649\r\nnone\r\n", "none\n\rnone\n",
      "*1\r\n\u0080\r\n",
      "none " + "x".repeat(300) + " y\r\n", "none " + "ab ".repeat(90) + "\r\n", "$4\r\nnone\r\n", "+OK\r\n",
      "*1\r\n:1\r\n",
      "*1\r\n*1\r\n", "*2\r\n$4\r\nnone\r\n$1\r\n", "none \"a\\\r\n", "none a\\ b\r\n", "'none' \"\"\r\n",
      "*" + "1".repeat(70_000), "*1\r\n$" + "1".repeat(70_000), "x".repeat(70_000), "\0".repeat(70_000),
      "none\r\n" + "\0".repeat(70_000)).map(Model::bytes).toList();

  @Test
  void knownGarbageIsAnsweredAsRedisAnswersIt(@TempDir Path directory) throws Exception {
    try (RealRedis redis = RealRedis.start(directory)) {
      assertSame(redis, GARBAGE, RequestLimits.DEFAULT);
    }
  }

  @Test
  void mutatedRequestsAreAnsweredAsRedisAnswersThem(@TempDir Path directory) throws Exception {
    Mutations mutations = new Mutations(new SplittableRandom(SEED), false);
    try (RealRedis redis = RealRedis.start(directory)) {
      for (int round = 0; round < 4; round++) {
        List<byte[]> inputs = new ArrayList<>();
        while (inputs.size() < CONNECTIONS) {
          inputs.add(mutations.next());
        }
        assertSame(redis, inputs, RequestLimits.DEFAULT);
      }
    }
  }

  @Test
  void limitsBeforeTheLoginAreThoseOfRedis(@TempDir Path directory) throws Exception {
    List<byte[]> inputs = Stream
        .of("*11\r\n", "*10\r\n", "*1\r\n$16385\r\n", "*1\r\n$16384\r\n", "*1\r\n$536870913\r\n",
            "*2147483648\r\n", "*-1\r\n*12\r\n", "*1\r\n$-3\r\n")
        .map(Model::bytes).toList();
    try (RealRedis redis = RealRedis.start(directory, "--requirepass", "secret")) {
      assertSame(redis, inputs, RequestLimits.UNAUTHENTICATED);
    }
  }

  @Test
  void oneLimitIsOurs() {
    // Redis 7.0 takes up to 2147483647 arguments. We keep its older limit: a request's places are held in memory.
    assertThat(Model.answer(bytes("*1048576\r\n"), RequestLimits.DEFAULT).closed()).isFalse();
    assertThat(Model.answer(bytes("*1048577\r\n"), RequestLimits.DEFAULT).closed()).isTrue();
  }

  private static void assertSame(RealRedis redis, List<byte[]> inputs, RequestLimits limits)
      throws Exception {
    List<RealRedis.Answer> answers = redis.answers(inputs);
    for (int i = 0; i < inputs.size(); i++) {
      int shown = Math.min(300, inputs.get(i).length);
      String input = new String(inputs.get(i), 0, shown, StandardCharsets.ISO_8859_1);
      RealRedis.Answer ours = Model.answer(inputs.get(i), limits);
      if (!ours.equals(answers.get(i))) {
        assertThat(askedAgain(redis, inputs.get(i), ours)).as("seed %d, input %s", SEED, input)
            .isEqualTo(ours);
      }
    }
  }

  /** On a busy machine an answer may come late: it has seconds to come, but it must be the right one. */
  private static RealRedis.Answer askedAgain(RealRedis redis, byte[] input, RealRedis.Answer expected)
      throws Exception {
    RealRedis.Answer last = redis.answers(List.of(input)).getFirst();
    for (int attempt = 0; attempt < 50 && !last.equals(expected); attempt++) {
      last = redis.answers(List.of(input)).getFirst();
    }
    return last;
  }
}
