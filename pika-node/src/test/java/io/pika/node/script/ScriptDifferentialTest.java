package io.pika.node.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.pika.proxy.protocol.RefusalException;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.ReplyEncoder;
import io.pika.proxy.protocol.Request;
import io.pika.testkit.redis.RedisServer;
import io.pika.testkit.wire.RespConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Random Lua programs say the same here as in a redis-server. */
@Timeout(3600)
class ScriptDifferentialTest {
  private static final int PIECES = 12;
  /** In a function of Lua that has 0 and -0, both are the same constant; the sign of NaN is the processor's. */
  private static final Pattern SIGNS = Pattern.compile("-(?=0(?![.\\dx])|inf|nan)");
  @TempDir Path directory = Path.of("");

  @Test
  void randomProgramsSayWhatTheySayInRedis() throws Exception {
    assumeTrue(RedisServer.program().isPresent(), "redis-server is not installed");
    int programs = Integer.getInteger("pika.differential.programs", 300);
    long seed = Long.getLong("pika.differential.seed", 1);
    List<String> differences = new ArrayList<>();
    ScriptRunner runner = new ScriptRunner(
        new ScriptRunner.Bounds(() -> 10_000, () -> 64L << 20), System::nanoTime);
    try (RedisServer redis = RedisServer.start(directory);
        RespConnection judge = RespConnection.open("127.0.0.1", redis.port(), Duration.ofSeconds(20))) {
      for (int i = 0; i < programs && differences.size() < 20; i++) {
        LuaPrograms grammar = new LuaPrograms(new Random(seed + i));
        List<String> pieces = grammar.pieces(PIECES);
        List<String> expected = answer(judge, LuaPrograms.program(pieces));
        List<String> actual = answer(runner, LuaPrograms.program(pieces));
        for (int p = 0; p < Math.max(expected.size(), actual.size()); p++) {
          String wanted = p < expected.size() ? expected.get(p) : "nothing";
          String given = p < actual.size() ? actual.get(p) : "nothing";
          if (!wanted.equals(given) && !mayDiffer(wanted, given)) {
            differences.add("seed " + (seed + i) + "\n  " + (p < pieces.size() ? pieces.get(p) : "")
                + "\n  redis " + wanted
                + "\n  here  " + given);
            break;
          }
        }
      }
    }
    assertThat(differences).as("%s", String.join("\n", differences)).isEmpty();
  }

  /** What hangs on addresses: their texts, and the order of tables that have tables as keys. */
  private static boolean mayDiffer(String wanted, String given) {
    return wanted.contains("ADDRESS")
        || wanted.contains("Cannot serialise") && given.contains("Cannot serialise");
  }

  private static List<String> answer(RespConnection connection, String program) throws Exception {
    connection.send("EVAL".getBytes(StandardCharsets.US_ASCII), program.getBytes(StandardCharsets.ISO_8859_1),
        "0".getBytes(StandardCharsets.US_ASCII));
    connection.flush();
    return lines(new String(connection.readRaw(), StandardCharsets.ISO_8859_1));
  }

  private static List<String> answer(ScriptRunner runner, String program) {
    byte[] source = program.getBytes(StandardCharsets.ISO_8859_1);
    Reply reply;
    try {
      Script script = Script.compile(source, Sha1.of(source));
      reply = runner.run(
          new ScriptRunner.Call(new Program.Evaluation(script), 0, List.of(), List.of(), List.of()),
          new NoCommands());
    } catch (RefusalException refused) {
      reply = refused.reply();
    }
    ByteBuf out = Unpooled.buffer();
    ReplyEncoder.write(reply, 2, out);
    return lines(out.toString(StandardCharsets.ISO_8859_1));
  }

  /** What the pieces showed: a text has its length before it. */
  private static List<String> lines(String reply) {
    return Stream.of(reply.split("\r\n")).filter(line -> !line.matches("[$*]\\d+"))
        .map(line -> SIGNS.matcher(line).replaceAll("")).toList();
  }

  private static final class NoCommands implements ScriptHost {
    @Override
    public Reply run(Request request) throws NotAllowed {
      throw new NotAllowed("ERR Unknown Redis command called from script");
    }

    @Override
    public boolean isKnown(Request request) {
      return false;
    }

    @Override
    public boolean mayRun(Request request) {
      return false;
    }
  }
}
