package io.pika.node.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.pika.core.model.SlotRange;
import io.pika.core.model.Table;
import io.pika.core.model.TableState;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.routing.ReplySink;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class KeyCountsByTypeTest {
  private static final Table TABLE = new Table(3, "t", 1, TableState.READY, false, "",
      List.of(new SlotRange(0, 0, 1, 1, List.of(1))));

  private final List<ReplySink> counting = new ArrayList<>();
  private Instant now = Instant.parse("2026-01-02T03:04:05Z");
  private final KeyCountsByType scans = new KeyCountsByType((table, sink) -> counting.add(sink), () -> now);

  @Test
  void countsAreToldWhenTheyAreThereAndUntilTheNextOnesAre() {
    assertThat(scans.lines(TABLE)).startsWith("# Use \"info keyspace 1\"");
    scans.start(TABLE);
    assertThat(scans.lines(TABLE)).isEqualTo("# Time:2026-01-02 03:04:05\r\n# Duration: In Processing\r\n");
    now = now.plusSeconds(7);
    counting.getFirst().reply(counts(5, 1, 0, 0, 3, 3));
    String told = scans.lines(TABLE);
    assertThat(told).contains("# Duration: 7s\r\n", "t Strings_keys=5, expires=1, invalid_keys=0\r\n",
        "t Lists_keys=3, expires=3, invalid_keys=0\r\n");
    scans.start(TABLE);
    assertThat(scans.lines(TABLE)).contains("In Processing", "t Strings_keys=5");
  }

  @Test
  void aTableIsCountedOnceAtATime() {
    scans.start(TABLE);
    scans.start(TABLE);
    assertThat(counting).hasSize(1);
    counting.getFirst().reply(counts(1, 1));
    scans.start(TABLE);
    assertThat(counting).hasSize(2);
  }

  @Test
  void aCountThatFailedSaysSo() {
    scans.start(TABLE);
    counting.getFirst().reply(Reply.error("ERR"));
    assertThat(scans.lines(TABLE)).endsWith("# Duration: Failed\r\n");
  }

  @Test
  void aTableThatIsGoneIsForgotten() {
    scans.start(TABLE);
    scans.forget(TABLE.id());
    counting.getFirst().reply(counts(1, 1));
    assertThat(scans.lines(TABLE)).startsWith("# Use");
  }

  private static Reply counts(long... first) {
    return Reply.array(LongStream.concat(LongStream.of(first), LongStream.generate(() -> 0)).limit(12)
        .mapToObj(Reply::of).toList());
  }
}
