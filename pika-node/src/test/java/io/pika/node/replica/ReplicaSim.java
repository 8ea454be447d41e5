package io.pika.node.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.pika.node.history.Position;
import io.pika.node.log.LogException;
import io.pika.node.log.LogSearch.Slot;
import io.pika.node.replica.SimNode.Led;
import io.pika.node.replica.SimNode.Record;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Three nodes with replicas of all slots, one of them leading each, and a manager that elects as the decision says. Everything that
 * happens is drawn from one seed: writes, what the network does with which message, kills, power losses, elections that reach two of
 * three, news that comes late. After each step the invariants are checked, at the end that all replicas become the same.
 */
final class ReplicaSim {
  private static final int NODES = 3;
  private static final int SLOTS = 3;
  private static final int ROUNDS_TO_SETTLE = 5;
  private static final LeaderStream.Limits LIMITS = new LeaderStream.Limits(150, 400, 300);

  private final SplittableRandom random;
  private final List<SimNode> nodes = new ArrayList<>();
  /** As the manager has decided. */
  private final Map<Slot, Led> truth = new TreeMap<>((a, b) -> a.slot() - b.slot());
  private final Map<Integer, Link> links = new TreeMap<>();
  private final List<Write> unacknowledged = new ArrayList<>();
  private final Map<Slot, List<Record>> acknowledged = new HashMap<>();
  private long version;
  int acknowledgements;
  int copies;
  int elections;

  private record Write(Slot slot, long epoch, Record record, long position, int leader) {}

  /** One follower's connection to one leader. */
  private final class Link {
    final SimNode follower;
    final SimNode leader;
    final ArrayDeque<ByteBuf> toLeader = new ArrayDeque<>();
    final ArrayDeque<ByteBuf> toFollower = new ArrayDeque<>();
    final List<Copies.Need> needs = new ArrayList<>();
    final LeaderStream ship;
    final FollowerStream follow;

    Link(SimNode follower, SimNode leader) {
      this.follower = follower;
      this.leader = leader;
      ship = new LeaderStream(leader.log, leader, leader, LIMITS, message -> put(toFollower, message));
      follow = new FollowerStream(leader.id, follower.log, follower, follower, needs::add,
          message -> put(toLeader, message));
      follow.want(wanted());
    }

    Map<Slot, Long> wanted() {
      Map<Slot, Long> wanted = new HashMap<>();
      follower.topology.forEach((slot, led) -> {
        if (led.leader() == leader.id) {
          wanted.put(slot, led.epoch());
        }
      });
      return wanted;
    }

    boolean deliver(boolean there) throws LogException {
      ByteBuf bytes = there ? toLeader.poll() : toFollower.poll();
      if (bytes == null) {
        return false;
      }
      if (there) {
        ship.receive(MessageCodec.read(bytes));
      } else {
        follow.receive(MessageCodec.read(bytes));
      }
      return true;
    }

    private static void put(ArrayDeque<ByteBuf> queue, Message message) {
      ByteBuf bytes = Unpooled.buffer();
      MessageCodec.write(message, bytes);
      queue.add(bytes);
    }
  }

  ReplicaSim(long seed) {
    random = new SplittableRandom(seed);
    for (int id = 0; id < NODES; id++) {
      nodes.add(new SimNode(id));
    }
    for (int slot = 0; slot < SLOTS; slot++) {
      truth.put(new Slot(1, slot), new Led(random.nextInt(NODES), 1, ++version));
    }
    nodes.forEach(node -> node.topology.putAll(truth));
  }

  void run(int steps) throws Exception {
    for (int i = 0; i < steps; i++) {
      step();
      check();
    }
    settle();
  }

  private Led led(Slot slot) {
    return Objects.requireNonNull(truth.get(slot));
  }

  private SimNode anyNode() {
    return nodes.get(random.nextInt(NODES));
  }

  private Slot anySlot() {
    return new Slot(1, random.nextInt(SLOTS));
  }

  private void step() throws Exception {
    int dice = random.nextInt(1000);
    if (dice < 250) {
      write(anyNode(), anySlot());
    } else if (dice < 700) {
      useLink(anyLink());
    } else if (dice < 800) {
      anyNode().log.sync();
    } else if (dice < 850) {
      tell(anyNode());
    } else if (dice < 880) {
      cut(anyLink());
    } else if (dice < 910) {
      anyNode().flush();
    } else if (dice < 940) {
      elect(anySlot());
    } else if (dice < 960) {
      SimNode node = anyNode();
      restart(node, random.nextBoolean());
    } else if (dice < 980) {
      copy(anyLink());
    } else {
      Link link = anyLink();
      if (link != null) {
        link.follow.retry();
      }
    }
  }

  private void write(SimNode node, Slot slot) throws Exception {
    Led led = node.topology.get(slot);
    if (led != null && node.leads(slot, led.epoch())) {
      var written = node.write(slot, led.epoch(), new byte[random.nextInt(60)]);
      unacknowledged.add(new Write(slot, led.epoch(), written.getKey(), written.getValue(), node.id));
    }
  }

  private @Nullable Link anyLink() {
    return link(anyNode(), anyNode());
  }

  private @Nullable Link link(SimNode follower, SimNode leader) {
    return follower == leader
        ? null
        : links.computeIfAbsent(follower.id * NODES + leader.id,
            key -> new Link(follower, leader));
  }

  private void useLink(@Nullable Link link) throws Exception {
    if (link == null) {
      return;
    }
    for (int i = random.nextInt(4); i >= 0; i--) {
      switch (random.nextInt(3)) {
        case 0 -> link.deliver(true);
        case 1 -> link.deliver(false);
        default -> link.ship.pump();
      }
    }
  }

  private void cut(@Nullable Link link) throws IOException {
    if (link != null) {
      link.ship.close();
      links.values().remove(link);
    }
  }

  /** Some of what has been decided, to one node. */
  private void tell(SimNode node) {
    truth.forEach((slot, led) -> {
      if (random.nextInt(3) > 0) {
        node.topology.put(slot, led);
      }
    });
    noticed(node);
  }

  private void noticed(SimNode node) {
    for (Link link : links.values()) {
      if (link.leader == node) {
        link.ship.checkLeadership();
      }
      if (link.follower == node) {
        link.follow.want(link.wanted());
      }
    }
  }

  private void restart(SimNode node, boolean powerLoss) throws Exception {
    for (Link link : List.copyOf(links.values())) {
      if (link.leader == node || link.follower == node) {
        cut(link);
      }
    }
    node.restart(powerLoss ? node.disk.afterPowerLoss(random) : node.disk.copy(), version);
    unacknowledged.removeIf(write -> write.leader() == node.id);
  }

  /** Of three replicas, of whose followers one must have what was acknowledged, two must have answered. */
  private void elect(Slot slot) {
    int without = random.nextInt(NODES + 1);
    long epoch = led(slot).epoch() + 1;
    SimNode chosen = null;
    for (SimNode node : nodes) {
      if (node.id != without) {
        node.promised.merge(slot, epoch, Math::max);
        Position newest = node.replica(slot).newest();
        if (chosen == null || newest.compareTo(chosen.replica(slot).newest()) > 0) {
          chosen = node;
        }
      }
    }
    if (chosen == null) {
      throw new AssertionError("nobody was asked");
    }
    elections++;
    for (Record record : acknowledged.getOrDefault(slot, List.of())) {
      assertThat(chosen.replica(slot).has(record))
          .as("acknowledged %s of %s, elected %s with %s", record, slot,
              chosen.id, chosen.replica(slot).newest())
          .isTrue();
    }
    truth.put(slot, new Led(chosen.id, epoch, ++version));
  }

  private void copy(@Nullable Link link) throws Exception {
    if (link == null || link.needs.isEmpty()) {
      return;
    }
    Copies.Need need = link.needs.removeFirst();
    assertThat(need.reason()).isNotEqualTo(Message.Reason.DIFFERENT);
    Led led = link.follower.topology.get(need.slot());
    if (led != null && led.epoch() == need.epoch() && link.leader.leads(need.slot(), need.epoch())
        && link.follower.admits(need.slot(), need.epoch())) {
      copies++;
      link.follower.become(need.slot(), link.leader.replica(need.slot()));
      link.follow.copied(need.slot());
    }
  }

  private void check() {
    unacknowledged.removeIf(write -> {
      Led led = truth.get(write.slot());
      if (led == null || led.epoch() != write.epoch()) {
        return true;
      }
      SimNode leader = nodes.get(write.leader());
      boolean done = false;
      for (Link link : links.values()) {
        if (link.leader == leader && link.ship.acknowledged(write.slot()) >= write.position()) {
          assertThat(link.follower.replica(write.slot()).has(write.record()))
              .as("%s has %s", link.follower.id, write).isTrue();
          done |= leader.log.syncedPosition() >= write.position();
        }
      }
      if (done) {
        acknowledged.computeIfAbsent(write.slot(), each -> new ArrayList<>()).add(write.record());
        acknowledgements++;
      }
      return done;
    });
  }

  /** No more faults: all replicas become their leaders'. */
  private void settle() throws Exception {
    for (SimNode node : nodes) {
      node.promised.clear();
    }
    for (Slot slot : List.copyOf(truth.keySet())) {
      elect(slot);
    }
    for (SimNode node : nodes) {
      node.promised.clear();
      node.topology.putAll(truth);
      noticed(node);
    }
    for (int i = 0; i < ROUNDS_TO_SETTLE; i++) {
      for (Slot slot : truth.keySet()) {
        write(nodes.get(led(slot).leader()), slot);
      }
      for (SimNode follower : nodes) {
        for (SimNode leader : nodes) {
          settle(link(follower, leader));
        }
      }
      check();
    }
    allAreTheSame();
  }

  private void settle(@Nullable Link link) throws Exception {
    if (link != null) {
      link.follow.retry();
      drain(link);
      while (!link.needs.isEmpty()) {
        copy(link);
      }
      drain(link);
    }
  }

  private static void drain(Link link) throws Exception {
    boolean any = true;
    while (any) {
      any = link.deliver(true) | link.ship.pump();
      while (link.deliver(false)) {
        any = true;
      }
      link.follower.log.sync();
    }
  }

  private void allAreTheSame() {
    for (Map.Entry<Slot, Led> each : truth.entrySet()) {
      SimNode leader = nodes.get(each.getValue().leader());
      for (SimNode node : nodes) {
        if (node != leader) {
          Link link = Objects.requireNonNull(link(node, leader));
          assertThat(link.ship.acknowledged(each.getKey()))
              .as("%s of %s is in step with %s", each.getKey(), node.id,
                  leader.id)
              .isNotNegative();
          assertThat(node.replica(each.getKey()).records)
              .as("%s of %s", each.getKey(), node.id).isEqualTo(leader.replica(each.getKey()).records);
        }
      }
    }
  }
}
