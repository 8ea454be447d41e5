package io.pika.manager.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.pika.core.model.CrossSlot;
import io.pika.core.model.SlotRange;
import io.pika.core.model.TableState;
import io.pika.core.rpc.TopologyUpdate;
import io.pika.manager.state.Change;
import io.pika.manager.state.ClusterState;
import io.pika.manager.state.Counters;
import io.pika.manager.state.Replication;
import io.pika.manager.state.TableRecord;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class TopologyFeedTest {
  private final ClusterState state = new ClusterState();

  @Test
  void aSnapshotOfManyTablesComesInChunksOfWhichOnlyTheLastIsComplete() throws Exception {
    for (int id = 1; id <= 20_000; id++) {
      state.evolve(new Change.TablePut(table(id)));
    }
    state.evolve(counters(7));
    TopologyFeed.Next next = new TopologyFeed(state).after(0, 0);
    List<TopologyUpdate> chunks = new ArrayList<>();
    ((TopologyFeed.Next.Snapshot) next).chunks().forEachRemaining(chunks::add);
    assertThat(chunks).hasSizeGreaterThan(2).allMatch(chunk -> chunk.getSnapshot() && chunk.getVersion() == 7)
        .allMatch(chunk -> chunk.getSerializedSize() < 400_000);
    assertThat(chunks.stream().filter(TopologyUpdate::getComplete)).hasSize(1);
    assertThat(chunks.getLast().getComplete()).isTrue();
    assertThat(chunks.stream().mapToInt(TopologyUpdate::getTablesCount).sum()).isEqualTo(20_000);
  }

  @Test
  void whoIsTooFarBehindGetsASnapshotAndOthersTheChanges() throws Exception {
    TopologyFeed feed = new TopologyFeed(state);
    for (int version = 1; version <= 5000; version++) {
      publish(feed, version);
    }
    assertThat(feed.after(5000, 0)).isInstanceOf(TopologyFeed.Next.Nothing.class);
    assertThat(((TopologyFeed.Next.Changes) feed.after(4990, 0)).updates())
        .extracting(TopologyUpdate::getVersion)
        .containsExactly(4991L, 4992L, 4993L, 4994L, 4995L, 4996L, 4997L, 4998L, 4999L, 5000L);
    assertThat(feed.after(100, 0)).isInstanceOf(TopologyFeed.Next.Snapshot.class);
    assertThat(feed.after(9999, 0)).isInstanceOf(TopologyFeed.Next.Snapshot.class);
    feed.close();
    assertThat(feed.after(5000, 1000)).isInstanceOf(TopologyFeed.Next.Over.class);
  }

  private void publish(TopologyFeed feed, int version) {
    List<Change> changes = List.of(new Change.TablePut(table(1)), counters(version));
    changes.forEach(state::evolve);
    feed.publish(changes, state);
  }

  private static Change counters(long version) {
    return new Change.CountersPut(new Counters(version, 1, 1, 1, 1));
  }

  private static TableRecord table(int id) {
    return new TableRecord(id, "table-" + id, 1, TableState.READY, false, "", CrossSlot.REFUSE,
        Replication.NONE,
        List.of(new SlotRange(0, 0, 1, 1, List.of(1))),
        1, 1, Map.of(), List.of());
  }
}
