package io.pika.manager.plan;

import io.pika.core.model.SlotRange;
import io.pika.manager.plan.Placement.Candidate;
import io.pika.manager.state.Earlier;
import io.pika.manager.state.Elections;
import io.pika.manager.state.JobRecord;
import io.pika.manager.state.NodeRecord;
import io.pika.manager.state.Request;
import io.pika.manager.state.StateView;
import io.pika.manager.state.TableRecord;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The next step from the replicas that a table has to those that were asked for, on nodes that stay. A new one begins as a
 * learner and counts when it is in step; one that is to go becomes a learner first, and goes when its leader knows that.
 */
final class Reshape {
  private final StateView state;
  private final Observations observations;
  private final List<Candidate> candidates;
  private final TableRecord table;
  /** Slots by node, with those that this plan adds. */
  private final Map<Integer, Long> held = new HashMap<>();
  private final TreeSet<String> waits = new TreeSet<>();

  /** @param waiting what it takes to go on; null: nothing. Without steps either, there is nothing to do any more */
  record Outcome(List<Request> steps, @Nullable String waiting) {}

  private Reshape(StateView state, Observations observations, List<Candidate> candidates, TableRecord table) {
    this.state = state;
    this.observations = observations;
    this.candidates = candidates;
    this.table = table;
    candidates.forEach(candidate -> held.put(candidate.node(), candidate.load() + candidate.held()));
  }

  /** @param candidates nodes that replicas may go to */
  static Outcome plan(StateView state, Observations observations, List<Candidate> candidates,
      TableRecord table,
      JobRecord job) {
    return new Reshape(state, observations, candidates, table).plan(job.id());
  }

  private Outcome plan(long job) {
    if (!table.earlier().isEmpty() || !table.ranges().stream().allMatch(this::isKnown)) {
      return isSettled()
          ? new Outcome(List.of(new Request.SettleReplicas(job, table.id(), table.changedVersion())), null)
          : new Outcome(List.of(), "waiting for " + String.join(", ", waits));
    }
    List<Request.Reshaped> changes = new ArrayList<>();
    for (SlotRange range : table.ranges()) {
      SlotRange after = next(range);
      if (after != null) {
        changes.add(new Request.Reshaped(range, after));
      }
    }
    if (!changes.isEmpty()) {
      return new Outcome(List.of(new Request.Reshape(job, table.id(), changes)), null);
    }
    return new Outcome(List.of(), waits.isEmpty() ? null : "waiting for " + String.join(", ", waits));
  }

  private boolean isKnown(SlotRange range) {
    return observations.of(range.leader()).appliedVersion() >= table.changedVersion();
  }

  /**
   * What was acknowledged by what leaders went by before is found by whoever elects by what is written now: it is on more
   * replicas that count than answers may be missing.
   */
  private boolean isSettled() {
    for (SlotRange range : table.ranges()) {
      if (Elections.isContested(state, range)) {
        waits.add("a leader of " + slots(range));
      } else if (!isKnown(range)) {
        waits.add("node " + range.leader() + " to know the change");
      } else if (range.isReplicated() && !isCovered(range)) {
        waits.add("followers of " + slots(range));
      }
    }
    return waits.isEmpty();
  }

  private boolean isCovered(SlotRange range) {
    long inStep = Earlier.counting(range).stream()
        .filter(node -> node != range.leader() && isInStep(range, node)).count();
    return inStep >= table.replication().acks().needed(range.counting());
  }

  private boolean isInStep(SlotRange range, int node) {
    return observations.of(range.leader()).saysInStep(table.id(), range, node);
  }

  /** Null: nothing can be done, or need be. */
  private @Nullable SlotRange next(SlotRange range) {
    if (Elections.isContested(state, range)) {
      waits.add("a leader of " + slots(range));
      return null;
    }
    long staying = range.replicas().stream().filter(this::stays).count();
    int surplus = (int) staying - table.replication().replicas();
    return surplus > 0 ? leave(range, surplus) : join(range, -surplus);
  }

  private boolean stays(int node) {
    NodeRecord known = state.node(node);
    return known != null && !known.leaving();
  }

  private SlotRange leave(SlotRange range, int surplus) {
    if (!range.learners().isEmpty()) {
      List<Integer> going = range.learners().subList(0, Math.min(surplus, range.learners().size()));
      return with(range, without(range.replicas(), going), without(range.learners(), going));
    }
    List<Integer> going = range.replicas().stream().filter(node -> node != range.leader())
        .sorted(
            Comparator.comparing((Integer node) -> observations.of(node).isAlive() && isInStep(range, node))
                .thenComparing(node -> -held.getOrDefault(node, 0L)).thenComparing(Comparator.reverseOrder()))
        .limit(surplus).toList();
    going.forEach(node -> held.merge(node, -(long) range.slots(), Long::sum));
    return with(range, range.replicas(), going);
  }

  private @Nullable SlotRange join(SlotRange range, int wanted) {
    List<Integer> lost = range.learners().stream().filter(this::isLost).toList();
    if (!lost.isEmpty()) {
      return with(range, without(range.replicas(), lost), without(range.learners(), lost));
    }
    List<Integer> late = range.learners().stream().filter(node -> !isInStep(range, node)).toList();
    if (late.size() < range.learners().size()) {
      return with(range, range.replicas(), late);
    }
    late.forEach(node -> waits.add("node " + node + " to have the data of " + slots(range)));
    if (wanted == 0) {
      return range.learners().isEmpty() ? leave(range) : null;
    }
    List<Candidate> free = candidates.stream().filter(node -> !range.replicas().contains(node.node()))
        .toList();
    if (free.size() < wanted) {
      int more = wanted - free.size();
      waits.add(more + (more == 1 ? " more node" : " more nodes") + " for copies of its slots");
      return null;
    }
    List<Integer> joining = Placement.more(zones(range), wanted, free, held);
    joining.forEach(node -> held.merge(node, (long) range.slots(), Long::sum));
    List<Integer> replicas = new ArrayList<>(range.replicas());
    replicas.addAll(joining);
    List<Integer> learners = new ArrayList<>(range.learners());
    learners.addAll(joining);
    return with(range, replicas, learners);
  }

  /** There are enough without those of which the nodes go. Null: there are none. */
  private @Nullable SlotRange leave(SlotRange range) {
    if (range.isReplicated() && !stays(range.leader())) {
      waits.add("another leader of " + slots(range) + ": stop node " + range.leader());
      return null;
    }
    List<Integer> going = range.replicas().stream().filter(node -> !stays(node)).toList();
    return going.isEmpty() || !range.isReplicated() ? null : with(range, range.replicas(), going);
  }

  private List<String> zones(SlotRange range) {
    List<String> zones = new ArrayList<>();
    for (int replica : range.replicas()) {
      NodeRecord node = state.node(replica);
      if (node != null) {
        zones.add(node.info().zone());
      }
    }
    return zones;
  }

  private boolean isLost(int node) {
    return !stays(node) || observations.of(node).health() == Health.DEAD;
  }

  private static SlotRange with(SlotRange range, List<Integer> replicas, List<Integer> learners) {
    return new SlotRange(range.from(), range.to(), range.epoch(), range.leader(), replicas, learners,
        range.since());
  }

  private static List<Integer> without(List<Integer> nodes, List<Integer> going) {
    return nodes.stream().filter(node -> !going.contains(node)).toList();
  }

  private static String slots(SlotRange range) {
    return range.slots() == 1 ? "slot " + range.from() : "slots " + range.from() + "-" + range.to();
  }
}
