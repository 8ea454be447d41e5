package io.pika.manager.plan;

import io.pika.core.model.Acks;
import io.pika.core.model.SlotRange;
import io.pika.manager.plan.Ballot.Answer;
import io.pika.manager.state.Earlier;
import io.pika.manager.state.Elections;
import io.pika.manager.state.NodeRecord;
import io.pika.manager.state.Request;
import io.pika.manager.state.StateView;
import io.pika.manager.state.TableRecord;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * Who has lost the leadership of its slots, whom to ask for positions, and who leads next. See
 * docs/decisions/2026-11-26-replication-ships-the-log.md. Looks at tables with several replicas only.
 */
public final class Failover {
  private final StateView state;
  private final Collection<TableRecord> tables;
  private final Observations observations;
  private final Ballot ballot;
  private final Overrides overrides;
  private final List<Request> steps = new ArrayList<>();
  private final SortedMap<Integer, List<Asked>> asks = new TreeMap<>();
  private final SortedSet<Integer> unfenced = new TreeSet<>();
  private final SortedSet<Integer> leaders = new TreeSet<>();
  private final List<Stuck> stuck = new ArrayList<>();
  private final Set<String> alarms = new HashSet<>();

  /** Slots of a table, and the epoch that their next leader will have. */
  public record Asked(int table, int from, int to, long epoch) {}

  /** What an operator has said, for a while. */
  public interface Overrides {
    /** Go on although so many nodes are gone at once. */
    boolean brakeIsOff();

    /** Elect from what answers there are, although acknowledged writes may be lost by it. */
    boolean acceptsLoss(int table);
  }

  /** Slots that nobody leads, and why not yet. */
  public record Stuck(int table, int from, int to, String why) {}

  /**
   * What to do.
   *
   * @param steps to be decided, in this order
   * @param asks orders to nodes, each about as many slots as there are
   * @param unfenced nodes that must not get a lease: they may take for theirs what is being given to others
   * @param stuck for people; empty when every slot has a leader
   * @param brake why leaders that are gone are not replaced; null: they are
   * @param leaders nodes that lead slots with several replicas, and whose leases have to be watched
   * @param alarms replicas with one position and different contents
   */
  public record Outcome(List<Request> steps, SortedMap<Integer, List<Asked>> asks,
      SortedSet<Integer> unfenced,
      List<Stuck> stuck, @Nullable String brake, SortedSet<Integer> leaders, Set<String> alarms) {
    public static final Outcome NOTHING = new Outcome(List.of(), new TreeMap<>(), new TreeSet<>(), List.of(),
        null, new TreeSet<>(), Set.of());

    /** Every slot has a leader that has not lost its lease. */
    public boolean isCalm() {
      return steps.isEmpty() && asks.isEmpty() && stuck.isEmpty() && brake == null;
    }
  }

  private Failover(StateView state, Collection<TableRecord> tables, Observations observations, Ballot ballot,
      Overrides overrides) {
    this.state = state;
    this.tables = tables;
    this.observations = observations;
    this.ballot = ballot;
    this.overrides = overrides;
  }

  public static Outcome plan(StateView state, Collection<TableRecord> tables, Observations observations,
      Ballot ballot, Overrides overrides) {
    if (tables.isEmpty()) {
      return Outcome.NOTHING;
    }
    Failover failover = new Failover(state, tables, observations, ballot, overrides);
    String brake = failover.depose();
    failover.findUnfenced();
    tables.forEach(failover::elect);
    return new Outcome(List.copyOf(failover.steps), failover.asks, failover.unfenced,
        List.copyOf(failover.stuck),
        brake, failover.leaders, Set.copyOf(failover.alarms));
  }

  /** Leaders whose lease is over. When most nodes are gone at once, it is more likely that the manager is cut off. */
  private @Nullable String depose() {
    SortedSet<Integer> holders = new TreeSet<>();
    SortedSet<Integer> lost = new TreeSet<>();
    for (TableRecord table : tables) {
      for (SlotRange range : table.ranges()) {
        if (range.isReplicated()) {
          holders.addAll(range.replicas());
        }
        if (range.isReplicated() && !Elections.isContested(state, range)) {
          leaders.add(range.leader());
        }
      }
    }
    leaders.stream().filter(leader -> observations.of(leader).leaseIsOver()).forEach(lost::add);
    long gone = holders.stream().filter(node -> !observations.of(node).isAlive()).count();
    if (!lost.isEmpty() && gone > Math.max(1, holders.size() / 2) && !overrides.brakeIsOff()) {
      return gone + " of " + holders.size()
          + " nodes with replicas are silent at once: leaders are not replaced until "
          + "some come back, or an operator says so";
    }
    for (int node : lost) {
      NodeRecord known = state.node(node);
      if (known != null) {
        steps.add(new Request.Depose(node, known.startedAtMs()));
      }
    }
    return null;
  }

  /** A deposed process may have a lease again when it has no slots of before any more, or has promised to let go of them. */
  private void findUnfenced() {
    for (TableRecord table : tables) {
      for (SlotRange range : table.ranges()) {
        NodeRecord leader = state.node(range.leader());
        if (leader != null && Elections.isContested(state, range) && Elections.believesToLead(leader, range)
            && !hasPromised(leader, table, range)) {
          unfenced.add(leader.id());
        }
      }
    }
  }

  private boolean hasPromised(NodeRecord node, TableRecord table, SlotRange range) {
    for (int slot = range.from(); slot <= range.to(); slot++) {
      Answer answer = ballot.answer(node.id(), node.startedAtMs(), table.id(), slot, range.epoch() + 1);
      if (answer == null || answer.refused()) {
        return false;
      }
    }
    return true;
  }

  private void elect(TableRecord table) {
    List<Request.Elected> elected = new ArrayList<>();
    for (SlotRange range : table.ranges()) {
      if (Elections.isContested(state, range)) {
        ask(table, range);
        elect(table, range, elected);
      }
    }
    if (!elected.isEmpty()) {
      steps.add(new Request.Elect(table.id(), elected));
    }
  }

  private void ask(TableRecord table, SlotRange range) {
    long epoch = range.epoch() + 1;
    for (int replica : range.replicas()) {
      NodeRecord node = state.node(replica);
      if (node == null || !ballot.canBeAsked(replica, node.startedAtMs())) {
        continue;
      }
      int from = -1;
      for (int slot = range.from(); slot <= range.to() + 1; slot++) {
        boolean unanswered = slot <= range.to()
            && ballot.answer(replica, node.startedAtMs(), table.id(), slot, epoch) == null;
        if (unanswered && from < 0) {
          from = slot;
        } else if (!unanswered && from >= 0) {
          asks.computeIfAbsent(replica, id -> new ArrayList<>())
              .add(new Asked(table.id(), from, slot - 1, epoch));
          from = -1;
        }
      }
    }
  }

  private void elect(TableRecord table, SlotRange range, List<Request.Elected> elected) {
    int from = range.from();
    Verdict before = verdict(table, range, from);
    for (int slot = range.from() + 1; slot <= range.to() + 1; slot++) {
      Verdict verdict = slot > range.to() ? null : verdict(table, range, slot);
      if (before.equals(verdict)) {
        continue;
      }
      switch (before) {
        case Verdict.Leads leads -> elected
            .add(new Request.Elected(from, slot - 1, range.epoch() + 1, leads.node(), leads.voters()));
        case Verdict.Waits waits -> stuck.add(new Stuck(table.id(), from, slot - 1, waits.why()));
      }
      from = slot;
      if (verdict != null) {
        before = verdict;
      }
    }
  }

  /** Of one slot. */
  private sealed interface Verdict {
    record Leads(int node, List<Request.Voter> voters) implements Verdict {}

    record Waits(String why) implements Verdict {}
  }

  /**
   * Any record that was acknowledged is on n + 1 of the r replicas that count, so in one of any r - n answers. When nothing was
   * promised, one is enough.
   */
  private static int needed(int counting, Acks acks) {
    int followers = acks.needed(counting);
    return followers == 0 ? 1 : counting - followers;
  }

  /** By what writes of a slot may have been acknowledged: the newest, and what the leader may still go by. */
  private static List<Earlier> promises(TableRecord table, SlotRange range, int slot) {
    List<Earlier> promises = new ArrayList<>();
    promises.add(new Earlier(slot, slot, Earlier.counting(range), table.replication().acks()));
    table.earlier().stream().filter(earlier -> earlier.isOf(slot)).forEach(promises::add);
    return promises;
  }

  private Verdict verdict(TableRecord table, SlotRange range, int slot) {
    List<Earlier> promises = promises(table, range, slot);
    List<Request.Voter> voters = new ArrayList<>();
    List<Integer> answered = new ArrayList<>();
    List<Integer> missing = new ArrayList<>();
    boolean owed = false;
    int best = 0;
    @Nullable Answer highest = null;
    for (int replica : range.replicas()) {
      NodeRecord node = state.node(replica);
      if (node == null || promises.stream().noneMatch(promise -> promise.counting().contains(replica))) {
        continue;
      }
      Answer answer = ballot.answer(replica, node.startedAtMs(), table.id(), slot, range.epoch() + 1);
      owed |= answer == null
          && (ballot.owesAnAnswer(replica) || ballot.canBeAsked(replica, node.startedAtMs()));
      if (answer == null || !answer.counts()) {
        missing.add(replica);
        continue;
      }
      voters.add(new Request.Voter(replica, node.startedAtMs()));
      answered.add(replica);
      if (highest == null || answer.isAbove(highest)) {
        highest = answer;
        best = replica;
      } else if (!highest.isAbove(answer) && highest.digest() != answer.digest()) {
        alarms.add(
            "nodes " + best + " and " + replica + " have different contents at one position of slot " + slot
                + " of table " + table.name());
      }
    }
    boolean enough = true;
    int needed = 0;
    for (Earlier promise : promises) {
      int wanted = needed(promise.counting().size(), promise.acks());
      needed = Math.max(needed, wanted);
      enough &= promise.counting().stream().filter(answered::contains).count() >= wanted;
    }
    enough |= !voters.isEmpty() && overrides.acceptsLoss(table.id());
    if (highest == null || !enough) {
      return new Verdict.Waits(voters.size() + " of " + needed + " answers that it takes; missing: node"
          + (missing.size() == 1 ? " " : "s ")
          + String.join(", ", missing.stream().map(String::valueOf).toList()));
    }
    return owed
        ? new Verdict.Waits("waiting a moment for the other replicas")
        : new Verdict.Leads(best, voters);
  }
}
