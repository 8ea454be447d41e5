package io.pika.manager.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.pika.core.bytes.Bytes;
import io.pika.core.model.Acks;
import io.pika.core.model.CrossSlot;
import io.pika.core.model.SlotRange;
import io.pika.core.model.TableState;
import io.pika.manager.state.Earlier;
import io.pika.manager.state.Replication;
import io.pika.manager.state.TableRecord;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class RecordsTest {
  @Test
  void replicasAreKept() {
    for (Acks acks : List.of(Acks.NONE, Acks.of(2), Acks.MAJORITY)) {
      TableRecord table = table(new Replication(3, acks),
          new SlotRange(0, 2, 7, 2, List.of(2, 1, 3), List.of(3), 19),
          new SlotRange(3, 3, 1, 1, List.of(1)));
      assertThat(Records.table(Records.write(table))).isEqualTo(table);
    }
  }

  @Test
  void whatLeadersMayStillGoByIsKept() {
    TableRecord table = new TableRecord(7, "shop", 4, TableState.READY, false, "", CrossSlot.REFUSE,
        new Replication(3, Acks.MAJORITY), List.of(new SlotRange(0, 3, 4, 2, List.of(2, 3, 5))), 5, 6,
        Map.of(),
        List.of(new Earlier(0, 3, List.of(2, 3), Acks.of(1)), new Earlier(2, 3, List.of(2), Acks.MAJORITY)));
    assertThat(Records.table(Records.write(table))).isEqualTo(table);
  }

  @Test
  void aTableFromBeforeThereWereReplicasIsRead() {
    TableRecord table = table(Replication.NONE, new SlotRange(0, 3, 4, 2, List.of(2)));
    Bytes before = Bytes.of("{\"id\":7,\"n\":\"shop\",\"s\":4,\"st\":\"READY\",\"b\":false,\"p\":\"\","
        + "\"r\":[[0,3,4,2]],\"at\":5,\"v\":6,\"a\":{}}");
    assertThat(Records.table(before)).isEqualTo(table);
    assertThat(Records.write(table).utf8()).contains("\"r\":[[0,3,4,2]]").doesNotContain("acks");
  }

  private static TableRecord table(Replication replication, SlotRange... ranges) {
    return new TableRecord(7, "shop", 4, TableState.READY, false, "", CrossSlot.REFUSE, replication,
        List.of(ranges), 5, 6, Map.of(), List.of());
  }
}
