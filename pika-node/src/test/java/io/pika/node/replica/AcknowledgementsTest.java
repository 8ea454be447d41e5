package io.pika.node.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.pika.core.model.Acks;
import io.pika.core.model.CrossSlot;
import io.pika.core.model.SlotRange;
import io.pika.core.model.Table;
import io.pika.core.model.TableState;
import io.pika.core.topology.Topology;
import io.pika.core.topology.TopologyChange;
import io.pika.proxy.peer.PeerTimer;
import io.pika.proxy.protocol.Reply;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AcknowledgementsTest {
  private static final int SLOTS = 4;
  private static final int SELF = 1;

  private final Topology topology = new Topology();
  private final Time time = new Time();
  private final Map<Integer, Long> acknowledged = new HashMap<>();
  private final Acknowledgements followers = new Acknowledgements(SELF, topology,
      () -> Duration.ofMillis(1_000), time,
      (node, slot) -> acknowledged.getOrDefault(node, -1L));
  private final List<String> told = new ArrayList<>();
  private long version;

  private static final class Time implements PeerTimer {
    private record Due(long atMs, Runnable task) {}

    private final PriorityQueue<Due> due = new PriorityQueue<>((a, b) -> Long.compare(a.atMs, b.atMs));
    private long nowMs = 5_000;

    @Override
    public long nowMs() {
      return nowMs;
    }

    @Override
    public void after(long delayMs, Runnable task) {
      due.add(new Due(nowMs + delayMs, task));
    }

    void pass(long ms) {
      long end = nowMs + ms;
      for (Due next = due.peek(); next != null && next.atMs <= end; next = due.peek()) {
        due.remove();
        nowMs = next.atMs;
        next.task.run();
      }
      nowMs = end;
    }
  }

  private void table(Acks acks, long epoch, int leader, List<Integer> replicas, List<Integer> learners) {
    Table table = new Table(0, "default", SLOTS, TableState.READY, false, "", CrossSlot.REFUSE, acks,
        List.of(new SlotRange(0, SLOTS - 1, epoch, leader, replicas, learners, epoch)));
    topology.apply(new TopologyChange(++version, false, List.of(), List.of(table), List.of(), List.of()));
  }

  private void await(String name, int slot, long position) {
    followers.whenKept(0, slot, slot, position, unknown -> told.add(name + word(unknown)));
  }

  private static String word(Reply.@Nullable Err unknown) {
    return unknown == null ? "" : " " + unknown.text();
  }

  private void acknowledge(int node, long position) {
    acknowledged.put(node, position);
    followers.settle();
  }

  @Test
  void nobodyIsAskedUnlessTheTableAsks() {
    table(Acks.NONE, 1, SELF, List.of(1, 2, 3), List.of());
    assertThat(followers.areAsked()).isFalse();
    assertThat(followers.mustHave(0, 1, 100)).isFalse();
    table(Acks.MAJORITY, 2, 2, List.of(1, 2, 3), List.of());
    assertThat(followers.areAsked()).as("another node leads").isFalse();
    table(Acks.MAJORITY, 3, SELF, List.of(1), List.of());
    assertThat(followers.areAsked()).as("there is one replica").isFalse();
    table(Acks.MAJORITY, 4, SELF, List.of(1, 2), List.of(2));
    assertThat(followers.areAsked()).as("the other one does not count").isFalse();
    table(Acks.MAJORITY, 5, SELF, List.of(1, 2, 3), List.of());
    assertThat(followers.areAsked()).isTrue();
    assertThat(followers.mustHave(0, 1, 0)).isTrue();
  }

  @Test
  void aMajorityWithTheLeaderIsEnough() {
    table(Acks.MAJORITY, 1, SELF, List.of(1, 2, 3), List.of());
    await("a", 1, 100);
    await("b", 1, 200);
    await("c", 2, 150);
    acknowledge(3, 149);
    assertThat(told).containsExactly("a");
    acknowledge(2, 150);
    assertThat(told).containsExactly("a", "c");
    acknowledge(2, 200);
    assertThat(told).containsExactly("a", "c", "b");
    assertThat(followers.mustHave(0, 1, 200)).isFalse();
    assertThat(followers.mustHave(0, 1, 201)).isTrue();
    assertThat(followers.stats().waiting()).isZero();
  }

  @Test
  void twoAcksNeedTwoFollowersThatCount() {
    table(Acks.of(2), 1, SELF, List.of(1, 2, 3, 4), List.of(4));
    acknowledge(4, 100);
    acknowledge(2, 100);
    await("a", 0, 100);
    assertThat(told).isEmpty();
    acknowledge(3, 99);
    assertThat(told).isEmpty();
    acknowledge(3, 100);
    assertThat(told).containsExactly("a");
  }

  @Test
  void whatIsKeptStaysSoWhenFollowersGoAndIsUnknownAtTheNextEpoch() {
    table(Acks.of(1), 1, SELF, List.of(1, 2), List.of());
    acknowledge(2, 100);
    await("a", 0, 100);
    acknowledged.clear();
    assertThat(followers.mustHave(0, 0, 100)).isFalse();
    table(Acks.of(1), 2, SELF, List.of(1, 2), List.of());
    assertThat(followers.mustHave(0, 0, 100)).as("who leads anew asks anew").isTrue();
  }

  @Test
  void whoWaitsTooLongIsToldWhatIsKnown() {
    table(Acks.of(2), 1, SELF, List.of(1, 2, 3), List.of());
    acknowledge(2, 100);
    await("a", 0, 100);
    time.pass(500);
    await("b", 0, 101);
    time.pass(499);
    assertThat(told).isEmpty();
    time.pass(100);
    assertThat(told).singleElement().asString()
        .startsWith("a NOREPLICAS this is known to be on 1 of the 2 followers");
    acknowledge(2, 101);
    acknowledge(3, 101);
    assertThat(told).hasSize(2).last().isEqualTo("b");
    assertThat(followers.stats().late()).isEqualTo(1);
  }

  @Test
  void whoWaitsHearsThatAnotherNodeLeads() {
    table(Acks.of(1), 1, SELF, List.of(1, 2), List.of());
    await("a", 0, 100);
    followers.whenKept(0, 0, 3, 100, unknown -> told.add("range" + word(unknown)));
    table(Acks.of(1), 2, 2, List.of(1, 2), List.of());
    assertThat(told).hasSize(2).allMatch(each -> each.contains(" IOERR another node leads the slot now"));
    await("b", 0, 100);
    assertThat(told).hasSize(3).last().asString().startsWith("b IOERR");
  }

  @Test
  void aRangeWaitsForEachOfItsSlots() {
    table(Acks.of(1), 1, SELF, List.of(1, 2), List.of());
    followers.whenKept(0, 0, 3, 100, unknown -> told.add("range" + word(unknown)));
    acknowledge(2, 99);
    assertThat(told).isEmpty();
    acknowledge(2, 100);
    assertThat(told).containsExactly("range");
    followers.whenKept(0, 0, 3, 200, unknown -> told.add("late" + word(unknown)));
    time.pass(1_100);
    assertThat(told.getLast()).startsWith("late NOREPLICAS");
  }

  @Test
  void writesAreRefusedWhenFollowersStayAway() {
    table(Acks.of(1), 1, SELF, List.of(1, 2, 3), List.of());
    assertThat(followers.tooFew(0, 0)).as("they may come back").isNull();
    time.pass(999);
    assertThat(followers.tooFew(0, 0)).isNull();
    time.pass(1);
    assertThat(word(followers.tooFew(0, 0))).contains("NOREPLICAS Not enough good replicas to write");
    assertThat(followers.tooFew(0, 1)).as("each slot has a time of its own").isNull();
    acknowledge(3, 0);
    assertThat(followers.tooFew(0, 0)).isNull();
    acknowledged.clear();
    assertThat(followers.tooFew(0, 0)).as("the time begins anew").isNull();
    assertThat(followers.stats().refused()).isEqualTo(1);
  }

  @Test
  void whoIsToldMayAskAgain() {
    table(Acks.of(1), 1, SELF, List.of(1, 2), List.of());
    followers.whenKept(0, 0, 0, 100, unknown -> await("again", 0, 100));
    acknowledge(2, 100);
    assertThat(told).containsExactly("again");
  }

  @Test
  void followersAreCountedByTheSlotThatHasTheFewest() {
    table(Acks.NONE, 1, SELF, List.of(1, 2, 3), List.of());
    acknowledge(2, 100);
    followers.whenFollowed(0, 0, 3, 100, 1, 500, count -> told.add("one " + count));
    assertThat(told).containsExactly("one 1");
    followers.whenFollowed(0, 0, 3, 100, 2, 500, count -> told.add("two " + count));
    followers.whenFollowed(0, 0, 3, 200, 1, 500, count -> told.add("late " + count));
    acknowledge(3, 100);
    assertThat(told).containsExactly("one 1", "two 2");
    followers.whenFollowed(0, 0, 3, 100, 9, 500, count -> told.add("all " + count));
    assertThat(told.getLast()).isEqualTo("all 2");
    time.pass(600);
    assertThat(told.getLast()).isEqualTo("late 0");
    assertThat(followers.stats().late()).isZero();
    assertThat(followers.stats().waiting()).isZero();
  }
}
