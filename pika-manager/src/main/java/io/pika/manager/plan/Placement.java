package io.pika.manager.plan;

import io.pika.core.model.SlotRange;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where the slots of a table go: neighbouring slots together, in pieces of equal size (one slot more or less), each
 * on another node, the nodes with the fewest slots first; among equals another failure domain than the last one, then
 * the smaller id. How many pieces a table is cut into is bounded, so that a small table does not fill the topology
 * of a big cluster: one per node while there are few, and more for more slots.
 */
public final class Placement {
  private static final int MAX_PIECES_OF_A_SMALL_TABLE = 8;
  private static final int SLOTS_FOR_ANOTHER_PIECE = 64;
  private static final long FIRST_EPOCH = 1;

  private Placement() {}

  /**
   * A node that slots may go to.
   *
   * @param load slots that the node leads already, over all tables
   * @param held slots with several replicas of which it has one
   */
  public record Candidate(int node, long load, long held, String zone) {
    /** A node of which only what it leads counts. */
    public Candidate(int node, long load, String zone) {
      this(node, load, 0, zone);
    }
  }

  /** One replica of everything. */
  public static List<SlotRange> place(int slots, List<Candidate> candidates) {
    return place(slots, 1, candidates);
  }

  /** @param candidates at least as many as replicas */
  public static List<SlotRange> place(int slots, int replicas, List<Candidate> candidates) {
    List<Candidate> chosen = choose(pieces(slots, candidates.size()), candidates);
    Map<Integer, Long> held = new HashMap<>();
    candidates.forEach(candidate -> held.put(candidate.node(), candidate.load() + candidate.held()));
    List<SlotRange> ranges = new ArrayList<>(chosen.size());
    int from = 0;
    for (int i = 0; i < chosen.size(); i++) {
      int size = slots / chosen.size() + (i < slots % chosen.size() ? 1 : 0);
      List<Integer> nodes = replicas(chosen.get(i), replicas, candidates, held);
      nodes.forEach(node -> held.merge(node, (long) size, Long::sum));
      ranges.add(new SlotRange(from, from + size - 1, FIRST_EPOCH, nodes.getFirst(), nodes));
      from += size;
    }
    return ranges;
  }

  /**
   * The leader, and followers for it: in failure domains that have none of these replicas yet as far as there are such, then
   * the nodes that lead and hold the fewest slots.
   */
  private static List<Integer> replicas(Candidate leader, int wanted, List<Candidate> candidates,
      Map<Integer, Long> held) {
    List<Candidate> left = new ArrayList<>(candidates);
    left.remove(leader);
    List<Integer> nodes = new ArrayList<>(List.of(leader.node()));
    nodes.addAll(more(List.of(leader.zone()), wanted - 1, left, held));
    return nodes;
  }

  /**
   * More replicas of something.
   *
   * @param zones of those that there are
   * @param candidates at least as many as wanted
   */
  static List<Integer> more(List<String> zones, int wanted, List<Candidate> candidates,
      Map<Integer, Long> held) {
    List<Candidate> left = new ArrayList<>(candidates);
    List<String> taken = new ArrayList<>(zones);
    List<Integer> nodes = new ArrayList<>();
    Comparator<Candidate> order = Comparator
        .comparingLong((Candidate candidate) -> taken.stream().filter(candidate.zone()::equals).count())
        .thenComparingLong(candidate -> held.getOrDefault(candidate.node(), 0L))
        .thenComparingInt(Candidate::node);
    while (nodes.size() < wanted) {
      Candidate next = left.stream().min(order).orElseThrow();
      left.remove(next);
      taken.add(next.zone());
      nodes.add(next.node());
    }
    return nodes;
  }

  /**
   * The ranges of which the node had the only replica get other leaders, each the one with the fewest slots then; epochs
   * grow. Those that have other replicas are none of its business: there a leader is elected.
   */
  public static List<SlotRange> replace(List<SlotRange> ranges, int node, List<Candidate> candidates) {
    Map<Integer, Long> loads = new HashMap<>();
    candidates.forEach(candidate -> loads.put(candidate.node(), candidate.load()));
    List<SlotRange> replaced = new ArrayList<>(ranges.size());
    for (SlotRange range : ranges) {
      if (range.leader() != node || range.isReplicated()) {
        replaced.add(range);
        continue;
      }
      int next = candidates.stream().map(Candidate::node)
          .min(Comparator.comparingLong((Integer id) -> loads.getOrDefault(id, 0L)).thenComparing(id -> id))
          .orElseThrow();
      loads.merge(next, (long) range.slots(), Long::sum);
      replaced.add(new SlotRange(range.from(), range.to(), range.epoch() + 1, next, List.of(next)));
    }
    return replaced;
  }

  static int pieces(int slots, int nodes) {
    int most = Math.max(MAX_PIECES_OF_A_SMALL_TABLE, slots / SLOTS_FOR_ANOTHER_PIECE);
    return Math.min(Math.min(slots, nodes), most);
  }

  private static List<Candidate> choose(int pieces, List<Candidate> candidates) {
    List<Candidate> left = new ArrayList<>(candidates);
    Map<String, Integer> picksOfZone = new HashMap<>();
    List<Candidate> chosen = new ArrayList<>(pieces);
    Comparator<Candidate> order = Comparator.comparingLong(Candidate::load)
        .thenComparingInt(candidate -> picksOfZone.getOrDefault(candidate.zone(), 0))
        .thenComparingInt(Candidate::node);
    while (chosen.size() < pieces) {
      Candidate next = left.stream().min(order).orElseThrow();
      left.remove(next);
      chosen.add(next);
      picksOfZone.merge(next.zone(), 1, Integer::sum);
    }
    return chosen;
  }
}
