package io.pika.manager.plan;

import io.pika.core.model.SlotRange;
import io.pika.core.model.TableState;
import io.pika.manager.plan.Placement.Candidate;
import io.pika.manager.state.JobRecord;
import io.pika.manager.state.NodeRecord;
import io.pika.manager.state.Request;
import io.pika.manager.state.StateView;
import io.pika.manager.state.TableRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * From the state, its running jobs and what was observed to the next steps. Looks at running jobs and at nodes,
 * never at all tables, but for the removal of a node, which goes over them once.
 */
public final class Planner {
  private static final int MOVES_A_STEP = 40;

  private final StateView state;
  private final Observations observations;
  private final Rules rules;
  private final List<NodeRecord> nodes;
  /** Grows while this plan places tables, so that two of them do not choose the same empty node. */
  private final Map<Integer, Long> plannedSlots = new HashMap<>();
  private final Map<Integer, Long> plannedReplicas = new HashMap<>();
  private final List<Request> steps = new ArrayList<>();
  private final SortedMap<Long, String> waiting = new TreeMap<>();

  /**
   * What the operator has set.
   *
   * @param minNodes tables are placed only when so many nodes are alive
   * @param defaultTable whether the cluster has the table {@code default}
   */
  public record Rules(int minNodes, DefaultTable defaultTable) {}

  /** Whether the cluster makes the table {@code default} by itself. */
  public enum DefaultTable {
    WANTED, UNWANTED
  }

  /** Tables by id, after a given one; for what goes over many of them. */
  public interface Tables {
    Iterable<TableRecord> after(int id);
  }

  private Planner(StateView state, Observations observations, Rules rules) {
    this.state = state;
    this.observations = observations;
    this.rules = rules;
    this.nodes = state.nodes();
  }

  public static Plan plan(StateView state, Collection<JobRecord> runningJobs, Tables tables,
      Observations observations, Rules rules) {
    Planner planner = new Planner(state, observations, rules);
    planner.planDefaultTable();
    runningJobs.forEach(job -> planner.planJob(job, tables));
    return new Plan(List.copyOf(planner.steps), planner.waiting);
  }

  private void planDefaultTable() {
    if (rules.defaultTable() == DefaultTable.WANTED && !state.cluster().defaultTableMade()
        && candidates().size() >= rules.minNodes()) {
      steps.add(new Request.CreateDefaultTable());
    }
  }

  private void planJob(JobRecord job, Tables tables) {
    switch (job.step()) {
      case PLACE -> place(job);
      case CONFIRM -> confirm(job);
      case ANNOUNCE -> announce(job);
      case PURGE -> purge(job);
      case REPLACE -> replace(job, tables);
      case RESHAPE -> reshape(job);
      case EVACUATE -> evacuate(job, tables);
      case RESERVE, CHANGE, MARK -> throw new IllegalStateException(
          "job " + job.id() + " stands at step " + job.step() + ", which is done with accepting it");
    }
  }

  private List<Candidate> candidates() {
    return nodes.stream().filter(node -> !node.leaving() && observations.of(node.id()).isAlive())
        .map(node -> new Candidate(node.id(),
            state.slotsLed(node.id()) + plannedSlots.getOrDefault(node.id(), 0L),
            state.replicasHeld(node.id()) + plannedReplicas.getOrDefault(node.id(), 0L), node.info().zone()))
        .toList();
  }

  private void place(JobRecord job) {
    TableRecord table = state.table(job.subject());
    List<Candidate> candidates = candidates();
    int replicas = table == null ? 1 : table.replication().replicas();
    int needed = Math.max(replicas, rules.minNodes());
    if (candidates.size() < needed) {
      waiting.put(job.id(),
          "waiting for nodes: " + candidates.size() + " of at least " + needed + " are alive");
    } else if (table != null) {
      List<SlotRange> ranges = Placement.place(table.slots(), replicas, candidates);
      ranges.forEach(range -> {
        plannedSlots.merge(range.leader(), (long) range.slots(), Long::sum);
        if (range.isReplicated()) {
          range.replicas().forEach(node -> plannedReplicas.merge(node, (long) range.slots(), Long::sum));
        }
      });
      steps.add(new Request.PlaceTable(job.id(), ranges));
    }
  }

  /** A leader that died before it knew of the table loses nothing: its ranges go elsewhere. */
  private void confirm(JobRecord job) {
    TableRecord table = state.table(job.subject());
    if (table == null) {
      return;
    }
    TreeSet<Integer> leaders = new TreeSet<>();
    TreeSet<Integer> replaceable = new TreeSet<>();
    table.ranges().forEach(range -> {
      leaders.add(range.leader());
      if (!range.isReplicated()) {
        replaceable.add(range.leader());
      }
    });
    List<Integer> late = leaders.stream().filter(leader -> !hasApplied(leader, job.version())).toList();
    if (late.isEmpty()) {
      steps.add(new Request.MakeReady(job.id()));
      return;
    }
    List<Integer> lost = late.stream().filter(replaceable::contains).filter(this::isLost).toList();
    List<Candidate> candidates = candidates();
    if (!lost.isEmpty() && !candidates.isEmpty()) {
      List<SlotRange> ranges = table.ranges();
      for (int node : lost) {
        ranges = Placement.replace(ranges, node, candidates);
      }
      steps.add(new Request.PlaceTable(job.id(), ranges));
    } else {
      waitFor(job, late, "to know the table");
    }
  }

  private boolean isLost(int node) {
    NodeRecord known = state.node(node);
    return known == null || known.leaving() || observations.of(node).health() == Health.DEAD;
  }

  /** Nodes that are not alive hear of it when they come back, before they serve. */
  private void announce(JobRecord job) {
    List<Integer> late = nodes.stream().map(NodeRecord::id)
        .filter(node -> observations.of(node).isAlive() && !hasApplied(node, job.version())).toList();
    if (late.isEmpty()) {
      steps.add(new Request.FinishJob(job.id()));
    } else {
      waitFor(job, late, "to know the change");
    }
  }

  /** Also a node that is dead has data, until the operator says that it is gone for good. */
  private void purge(JobRecord job) {
    List<Integer> late = nodes.stream().map(NodeRecord::id)
        .filter(node -> !observations.of(node).purged().contains(job.subject())).toList();
    if (late.isEmpty()) {
      steps.add(new Request.RemoveTable(job.id()));
    } else {
      boolean dead = late.stream().anyMatch(node -> observations.of(node).health() == Health.DEAD);
      waitFor(job, late, "to delete its data" + (dead ? "; when it is gone for good, remove the node" : ""));
    }
  }

  private void replace(JobRecord job, Tables tables) {
    if (state.slotsLed(job.subject()) == 0) {
      steps.add(new Request.ForgetNode(job.id()));
      return;
    }
    if (candidates().isEmpty()) {
      waiting.put(job.id(), "waiting for a node that is alive, to lead the slots of node " + job.subject());
      return;
    }
    List<Request.Placed> moves = new ArrayList<>();
    int cursor = job.cursor();
    for (TableRecord table : tables.after(cursor)) {
      if (table.ranges().stream().anyMatch(range -> range.leader() == job.subject())) {
        List<SlotRange> ranges = Placement.replace(alone(table), job.subject(), candidates());
        ranges.stream().filter(range -> !table.ranges().contains(range))
            .forEach(range -> plannedSlots.merge(range.leader(), (long) range.slots(), Long::sum));
        moves.add(new Request.Placed(table.id(), ranges));
      }
      cursor = table.id();
      if (moves.size() == MOVES_A_STEP) {
        break;
      }
    }
    steps.add(new Request.ReplaceRanges(job.id(), moves, cursor));
  }

  private void reshape(JobRecord job) {
    TableRecord table = state.table(job.subject());
    if (table == null) {
      return;
    }
    if (reshape(job, table)) {
      steps.add(new Request.EndReshape(job.id()));
    }
  }

  /** Whether there is nothing to do for the table, nor to wait for. */
  private boolean reshape(JobRecord job, TableRecord table) {
    Reshape.Outcome outcome = Reshape.plan(state, observations, candidates(), table, job);
    steps.addAll(outcome.steps());
    if (outcome.waiting() != null) {
      waiting.putIfAbsent(job.id(), outcome.waiting());
    }
    return outcome.steps().isEmpty() && outcome.waiting() == null;
  }

  /** Some tables at a time. */
  private void evacuate(JobRecord job, Tables tables) {
    int busy = 0;
    for (TableRecord table : tables.after(-1)) {
      if (busy == MOVES_A_STEP || state.replicasHeld(job.subject()) == 0) {
        break;
      }
      if (table.isReplicated() && table.ranges().stream()
          .anyMatch(range -> range.isReplicated() && range.replicas().contains(job.subject()))) {
        reshape(job, table);
        busy++;
      }
    }
    if (busy == 0) {
      steps.add(new Request.EndEvacuation(job.id()));
    }
  }

  /** A table that is being dropped elects no leaders any more: there it does not matter who else had a replica. */
  private static List<SlotRange> alone(TableRecord table) {
    return table.state() != TableState.DROPPING
        ? table.ranges()
        : table.ranges().stream().map(range -> new SlotRange(range.from(), range.to(), range.epoch(),
            range.leader(), List.of(range.leader()))).toList();
  }

  private boolean hasApplied(int node, long version) {
    return state.node(node) != null && observations.of(node).appliedVersion() >= version;
  }

  private void waitFor(JobRecord job, List<Integer> late, String what) {
    String others = late.size() == 1 ? "" : " and " + (late.size() - 1) + " more";
    int first = late.getFirst();
    Observed observed = observations.of(first);
    String state = observed.isAlive()
        ? ""
        : " (" + (observed.health() == Health.DEAD ? "dead" : "suspect") + ", silent for "
            + observed.silentMs() / 1000 + " s)";
    waiting.put(job.id(), "waiting for node " + first + state + others + " " + what);
  }
}
