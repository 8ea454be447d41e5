package io.pika.node.script;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Nothing gets around the limits of time, memory and depth, and no text makes the parser fail. */
@Timeout(120)
class ScriptLimitsTest {
  private static final long LIMIT_MS = 200;
  /** Beyond the limit, on a machine that does other things too. */
  private static final long LATE_MS = 5_000;
  private static final String[] WORDS = ("local function end if then else for in do while repeat until return break and or not"
      + " nil true x y ( ) { } [ ] = == ~= < .. ... , ; : . 'a' \"b\" [[c]] 1 0x 1e 3.5 -- --[[ \n \\ $ @ ~ \0")
      .split(" ");

  private final ScriptRunner runner = new ScriptRunner(
      new ScriptRunner.Bounds(() -> LIMIT_MS, () -> 16L << 20), System::nanoTime);

  @Test
  void greedyScriptsAreAnsweredOrStoppedInTime() throws Exception {
    try (var in = ScriptLimitsTest.class.getResourceAsStream("greedy.lua")) {
      assertThat(in).isNotNull();
      for (String script : new String(in.readAllBytes(), StandardCharsets.UTF_8).split("\n")) {
        long start = System.nanoTime();
        assertThat(run(script)).as(script).isNotNull();
        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)).as(script)
            .isLessThan(LIMIT_MS + LATE_MS);
      }
    }
  }

  private Reply run(String script) {
    try {
      return runner.run(new ScriptRunner.Call(
          new Program.Evaluation(Script.compile(script.getBytes(StandardCharsets.ISO_8859_1), "sha")), 0,
          List.of(),
          List.of(), List.of()), new NoCommands());
    } catch (RefusalException stopped) {
      return stopped.reply();
    }
  }

  @Test
  void anyTextIsAScriptOrRefused() {
    Random random = new Random(1);
    for (int i = 0; i < 5_000; i++) {
      StringBuilder text = new StringBuilder();
      for (int word = random.nextInt(40); word > 0; word--) {
        text.append(
            random.nextInt(8) == 0 ? "" + (char) random.nextInt(256) : WORDS[random.nextInt(WORDS.length)])
            .append(random.nextBoolean() ? " " : "");
      }
      String script = text.toString();
      assertThatCode(() -> {
        try {
          Script.compile(script.getBytes(StandardCharsets.ISO_8859_1), "sha");
        } catch (RefusalException refused) {
          assertThat(refused.reply().text()).as(script).startsWith("ERR ");
        }
      }).as(script).doesNotThrowAnyException();
    }
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
