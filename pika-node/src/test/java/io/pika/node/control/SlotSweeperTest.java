package io.pika.node.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pika.core.model.SlotRange;
import io.pika.core.model.Table;
import io.pika.core.model.TableState;
import io.pika.core.topology.Topology;
import io.pika.core.topology.TopologyChange;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SlotSweeperTest {
  private static final int SELF = 3;
  private static final long EPOCH = 5;

  private final Topology topology = new Topology();
  private final Promises promises = new Promises();
  private final Slots slots = new Slots();
  private volatile long durableVersion;
  private final SlotSweeper sweeper = new SlotSweeper(topology, () -> durableVersion, () -> SELF, promises,
      slots);

  /** Slots of table 0 with data, and the epochs of their newest records. */
  private static final class Slots implements TableData {
    final ConcurrentSkipListMap<Integer, Long> epochs = new ConcurrentSkipListMap<>(
        Map.of(0, EPOCH, 1, EPOCH, 2, EPOCH, 3, EPOCH));
    volatile int failures;
    volatile int looks;

    @Override
    public Set<Integer> tables() {
      return Set.of(0, 8);
    }

    @Override
    public void drop(int table) {
      throw new IllegalStateException("that is not asked for");
    }

    @Override
    public int erase(int table, int from, int to, Unneeded unneeded) throws IOException {
      assertThat(table).isZero();
      looks++;
      if (failures > 0) {
        failures--;
        throw new IOException("the test's disk fails");
      }
      for (Map.Entry<Integer, Long> each : epochs.subMap(from, to + 1).entrySet()) {
        if (unneeded.isSo(each.getKey(), each.getValue())) {
          epochs.remove(each.getKey());
          return 1;
        }
      }
      return 0;
    }
  }

  @BeforeEach
  void start() {
    topology.listen(sweeper);
    sweeper.start();
  }

  @AfterEach
  void stop() {
    sweeper.close();
  }

  private void put(long version, TableState state, long epoch, List<Integer> firstHalf,
      List<Integer> secondHalf) {
    topology.apply(new TopologyChange(version, false, List.of(),
        List.of(new Table(0, "default", 4, state, false, "",
            List.of(new SlotRange(0, 1, epoch, firstHalf.getFirst(), firstHalf),
                new SlotRange(2, 3, epoch, secondHalf.getFirst(), secondHalf)))),
        List.of(), List.of()));
  }

  private void putOnDisk(long version, long epoch, List<Integer> firstHalf, List<Integer> secondHalf) {
    put(version, TableState.READY, epoch, firstHalf, secondHalf);
    durableVersion = version;
  }

  private void awaitLooks(int more) {
    int before = slots.looks;
    await().until(() -> slots.looks >= before + more);
  }

  @Test
  void slotsOfOtherNodesAreDeletedOneByOne() {
    sweeper.upToDate();
    putOnDisk(1, EPOCH, List.of(4, SELF), List.of(4, 5));
    await().until(() -> slots.epochs.keySet().equals(Set.of(0, 1)) && sweeper.deleted() == 2);
    putOnDisk(2, EPOCH, List.of(4, 5), List.of(4, 5));
    await().until(() -> slots.epochs.isEmpty());
  }

  @Test
  void nothingIsDeletedUntilTheTopologyIsTheManagersNewestAndOnTheDisk() {
    put(7, TableState.READY, EPOCH, List.of(4), List.of(4));
    await().during(Duration.ofMillis(800)).until(() -> slots.looks == 0);
    sweeper.upToDate();
    await().during(Duration.ofMillis(800)).until(() -> slots.looks == 0);
    durableVersion = 7;
    await().until(() -> slots.epochs.isEmpty());
  }

  @Test
  void whatIsNewerThanTheTopologyOrPromisedToANewerLeaderStays() {
    slots.epochs.put(0, EPOCH + 1);
    promises.promise(0, 4, 1, EPOCH + 1);
    sweeper.upToDate();
    putOnDisk(1, EPOCH, List.of(4), List.of(SELF));
    awaitLooks(1);
    assertThat(slots.epochs).hasSize(4);
    putOnDisk(2, EPOCH + 1, List.of(4), List.of(SELF));
    await().until(() -> slots.epochs.keySet().equals(Set.of(2, 3)));
  }

  @Test
  void aTableThatIsDroppedIsLeftToWhoDropsIt() {
    sweeper.upToDate();
    put(1, TableState.DROPPING, EPOCH, List.of(4), List.of(4));
    durableVersion = 1;
    await().during(Duration.ofMillis(800)).until(() -> slots.looks == 0);
  }

  @Test
  void whatFailsIsTriedAgain() {
    slots.failures = 1;
    sweeper.upToDate();
    putOnDisk(1, EPOCH, List.of(4), List.of(4));
    await().until(() -> slots.epochs.isEmpty());
  }
}
