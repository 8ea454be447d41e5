package io.pika.node.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.pika.node.type.InMemoryKeySpace;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import io.pika.testkit.differential.Call;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What the comparison with Redis cannot show: what blocks, what depends on bounds, what Redis leaves open. */
class StreamCommandsTest {
  private static final long NOW = 1_700_000_000_000L;

  private final InMemoryKeySpace keys = new InMemoryKeySpace(NOW);
  private HandlersTarget handlers = new HandlersTarget(
      Handlers.create(new Limits(() -> 1 << 20, 64 << 20), new Random(1)));

  @Test
  void aReadThatMayNotWaitAnswersWithWhatIsThere() {
    assertThat(run("XREAD BLOCK 0 STREAMS s 0")).isEqualTo(Reply.NULL_ARRAY);
    run("XADD s 1-1 f v");
    assertThat(run("XREAD BLOCK 0 STREAMS s 0")).isEqualTo(run("XREAD STREAMS s 0"));
    assertThat(run("XREAD BLOCK 0 STREAMS s $")).isEqualTo(Reply.NULL_ARRAY);
    run("XGROUP CREATE s g $");
    assertThat(run("XREADGROUP GROUP g c BLOCK 5 STREAMS s >")).isEqualTo(Reply.NULL_ARRAY);
    assertThat(run("XINFO CONSUMERS s g")).isEqualTo(Reply.EMPTY_ARRAY);
    assertThat(run("XREAD BLOCK -1 STREAMS s $")).isEqualTo(Reply.error("ERR timeout is negative"));
    assertThat(run("XREAD BLOCK x STREAMS s $"))
        .isEqualTo(Reply.error("ERR timeout is not an integer or out of range"));
  }

  @Test
  void aReadThatWasResolvedIsServedWhenSomethingWasAdded() {
    run("XADD s 1-1 f v");
    StreamRead read = StreamRead.parse(new Args(Request.of("XREAD", "STREAMS", "s", "$"), 1),
        StreamRead.Kind.XREAD,
        keys);
    assertThat(read.serve(keys, 1 << 20)).isNull();
    run("XADD s 1-2 f v");
    assertThat(read.serve(keys, 1 << 20)).isEqualTo(run("XREAD STREAMS s 1-1"));
  }

  @Test
  void aFullMillisecondIsRefusedInWordsThatSaySo() {
    run("XADD s 1-18446744073709551615 f v");
    assertThat(run("XADD s 1-* f v"))
        .isEqualTo(
            Reply.error("ERR The ID specified in XADD is equal or smaller than the target stream top item"));
  }

  @Test
  void repliesThatGrowTooLargeAreRefused() {
    handlers = new HandlersTarget(Handlers.create(new Limits(() -> 1 << 20, 2000), new Random(1)));
    run("XGROUP CREATE s g 0 MKSTREAM");
    for (int i = 1; i <= 40; i++) {
      run("XADD s " + i + " field value");
    }
    for (String command : new String[]{"XRANGE s - +", "XREVRANGE s + -", "XREAD STREAMS s 0",
        "XREADGROUP GROUP g c STREAMS s >", "XINFO STREAM s FULL COUNT 0"}) {
      assertThat(Objects.toString(run(command))).as(command)
          .contains("the reply would be longer than 2000 bytes");
    }
    assertThat(run("XRANGE s - + COUNT 3")).isInstanceOf(Reply.Array.class);
  }

  @Test
  void idleTimesAndDeliveriesAreTold() {
    run("XADD s 1-1 f v");
    run("XGROUP CREATE s g 0");
    run("XREADGROUP GROUP g c STREAMS s >");
    keys.setNowMs(NOW + 700);
    assertThat(run("XPENDING s g IDLE 701 - + 5")).isEqualTo(Reply.EMPTY_ARRAY);
    assertThat(run("XPENDING s g IDLE 700 - + 5"))
        .isEqualTo(Reply.array(Reply.array(Reply.bulk("1-1"), Reply.bulk("c"), Reply.of(700), Reply.of(1))));
    assertThat(run("XCLAIM s g d 701 1-1 JUSTID")).isEqualTo(Reply.EMPTY_ARRAY);
    assertThat(run("XCLAIM s g d 700 1-1 JUSTID")).isEqualTo(Reply.array(Reply.bulk("1-1")));
    assertThat(run("XPENDING s g - + 5"))
        .isEqualTo(Reply.array(Reply.array(Reply.bulk("1-1"), Reply.bulk("d"), Reply.of(0), Reply.of(1))));
  }

  private Reply run(String command) {
    return handlers.answer(Call.of(command.split(" ")), keys);
  }
}
