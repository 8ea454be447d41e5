package io.pika.node.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.pika.core.model.SlotRange;
import io.pika.core.model.Table;
import io.pika.core.model.TableState;
import io.pika.core.topology.Topology;
import io.pika.core.topology.TopologyChange;
import io.pika.node.engine.Verdict;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TopologyLeadershipTest {
  private static final int SELF = 3;
  private static final int ALONE = 1;
  private static final int SHARED = 2;

  private long nowNanos;
  private long version;
  private final Lease lease = new Lease(() -> nowNanos);
  private final Promises promises = new Promises();
  private final Topology topology = new Topology();
  private final TopologyLeadership leadership = new TopologyLeadership(topology, lease, promises, SELF);

  @BeforeEach
  void tables() {
    told(new Table(ALONE, "alone", 4, TableState.READY, false, "",
        List.of(new SlotRange(0, 3, 1, SELF, List.of(SELF)))));
    told(shared(1, SELF, 10));
  }

  private void told(Table table) {
    topology.apply(new TopologyChange(++version, false, List.of(), List.of(table), List.of(), List.of()));
  }

  private static Table shared(long epoch, int leader, long since) {
    return new Table(SHARED, "shared", 4, TableState.READY, false, "",
        List.of(new SlotRange(0, 3, epoch, leader, List.of(2, SELF), List.of(), since)));
  }

  private void lease(long ms) {
    lease.registeredAt(9);
    lease.extend(nowNanos, ms);
  }

  @Test
  void oneReplicaIsServedWithoutALeaseAndSeveralAreNot() {
    assertThat(leadership.check(ALONE, 0, 1)).isEqualTo(Verdict.LEADS);
    assertThat(leadership.needsLease(ALONE, 0)).isFalse();
    assertThat(leadership.check(SHARED, 0, 1)).isEqualTo(Verdict.NOT_LEADER);
    assertThat(leadership.epoch(SHARED, 0)).isZero();
    lease(100);
    assertThat(leadership.check(SHARED, 0, 1)).isEqualTo(Verdict.LEADS);
    assertThat(leadership.needsLease(SHARED, 0)).isTrue();
    nowNanos += TimeUnit.MILLISECONDS.toNanos(100);
    assertThat(leadership.check(SHARED, 0, 1)).isEqualTo(Verdict.NOT_LEADER);
    assertThat(leadership.check(ALONE, 0, 1)).isEqualTo(Verdict.LEADS);
  }

  @Test
  void whatWasDecidedBeforeTheProcessRegisteredIsNeitherServedNorShipped() {
    lease(100);
    told(shared(1, SELF, 9));
    assertThat(leadership.check(SHARED, 0, 1)).isEqualTo(Verdict.NOT_LEADER);
    assertThat(leadership.leads(SHARED, 0, 1)).isFalse();
    told(shared(2, SELF, 11));
    assertThat(leadership.check(SHARED, 0, 2)).isEqualTo(Verdict.LEADS);
    assertThat(leadership.leads(SHARED, 0, 2)).isTrue();
  }

  @Test
  void aPromiseEndsLeadingOfThatSlotUntilAGreaterEpochIsKnown() {
    lease(100);
    assertThat(promises.promise(SHARED, 4, 2, 2)).isTrue();
    assertThat(leadership.check(SHARED, 2, 1)).isEqualTo(Verdict.NOT_LEADER);
    assertThat(leadership.leads(SHARED, 2, 1)).isFalse();
    assertThat(leadership.allows(SHARED, 2, 1)).isFalse();
    assertThat(leadership.allows(SHARED, 2, 2)).isTrue();
    assertThat(leadership.check(SHARED, 1, 1)).isEqualTo(Verdict.LEADS);
    told(shared(2, SELF, 11));
    assertThat(leadership.check(SHARED, 2, 2)).isEqualTo(Verdict.LEADS);
  }

  @Test
  void aPromiseIsKeptAgainstASmallerOneAndMadeTwice() {
    assertThat(promises.promise(SHARED, 4, 0, 5)).isTrue();
    assertThat(promises.promise(SHARED, 4, 0, 4)).isFalse();
    assertThat(promises.promise(SHARED, 4, 0, 5)).isTrue();
    assertThat(promises.allow(SHARED, 0, 4)).isFalse();
  }

  @Test
  void withoutALeaseSlotsAreStillShippedToFollowers() {
    lease(0);
    assertThat(leadership.leads(SHARED, 0, 1)).isTrue();
    assertThat(leadership.leads(SHARED, 0, 2)).isFalse();
  }
}
