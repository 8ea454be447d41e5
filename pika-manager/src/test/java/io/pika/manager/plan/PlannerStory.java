package io.pika.manager.plan;

import io.pika.core.model.Acks;
import io.pika.core.model.CrossSlot;
import io.pika.core.model.NodeInfo;
import io.pika.core.model.SlotRange;
import io.pika.core.model.Table;
import io.pika.manager.state.Change;
import io.pika.manager.state.ClusterState;
import io.pika.manager.state.Decider;
import io.pika.manager.state.Decision;
import io.pika.manager.state.JobRecord.Origin;
import io.pika.manager.state.Replication;
import io.pika.manager.state.Request;
import io.pika.manager.state.Request.Loss;
import io.pika.manager.state.TableRecord;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Plays a story line by line and writes down what comes of it. */
final class PlannerStory {
  private final ClusterState state = new ClusterState();
  private final Map<Integer, Observed> observed = new TreeMap<>();
  private final StringBuilder told = new StringBuilder();
  private Planner.Rules rules = new Planner.Rules(1, Planner.DefaultTable.UNWANTED);
  private long nowMs;

  private PlannerStory() {}

  static String tell(String story) {
    PlannerStory play = new PlannerStory();
    play.request(new Request.FoundCluster("c"));
    story.lines().filter(line -> !line.startsWith(">")).forEach(play::line);
    return play.told.toString();
  }

  private void line(String line) {
    told.append(line).append('\n');
    if (line.isBlank() || line.startsWith("#")) {
      return;
    }
    String[] words = line.split(" ");
    switch (words[0]) {
      case "rules" -> rules = new Planner.Rules(Integer.parseInt(words[1]),
          words[2].equals("default") ? Planner.DefaultTable.WANTED : Planner.DefaultTable.UNWANTED);
      case "node" -> node(words[1]);
      case "alive", "suspect", "dead" -> health(words[0], words[1]);
      case "applied" -> observed.computeIfPresent(Integer.parseInt(words[1]),
          (id, seen) -> new Observed(seen.health(), seen.silentMs(), state.counters().topologyVersion(),
              seen.purged(), seen.leaseIsOver(), seen.replicas()));
      case "lags" -> lags(words);
      case "elect" -> elect(id(words[1]), Integer.parseInt(words[2]), Integer.parseInt(words[3]));
      case "set" -> request(new Request.SetReplication(id(words[1]),
          new Replication(Integer.parseInt(words[2]),
              words[3].equals("majority") ? Acks.MAJORITY : Acks.of(Integer.parseInt(words[3]))),
          Origin.MANAGER));
      case "purged" -> observed.computeIfPresent(Integer.parseInt(words[1]), (id, seen) -> {
        Set<Integer> purged = new HashSet<>(seen.purged());
        purged.add(Integer.parseInt(words[2]));
        return new Observed(seen.health(), seen.silentMs(), seen.appliedVersion(), purged,
            seen.leaseIsOver());
      });
      case "create" -> request(
          new Request.CreateTable(words[1], Integer.parseInt(words[2]), "", CrossSlot.REFUSE,
              words.length > 3
                  ? new Replication(Integer.parseInt(words[3]), Acks.MAJORITY)
                  : Replication.NONE,
              Origin.MANAGER));
      case "drop" -> request(new Request.DropTable(id(words[1]), Origin.MANAGER));
      case "rename" -> request(new Request.RenameTable(id(words[1]), words[2], Origin.MANAGER));
      case "block" -> request(new Request.BlockTable(id(words[1]), Origin.MANAGER));
      case "remove" -> request(new Request.RemoveNode(Integer.parseInt(words[1]),
          words.length > 2 ? Loss.ACCEPTED : Loss.REFUSED, Origin.MANAGER));
      case "plan" -> plan();
      case "tables" -> state.tables().values().forEach(table -> say(text(table)));
      default -> throw new IllegalArgumentException("a story has no line " + line);
    }
  }

  /** What leader, of table, says: nodes that are not in step, of all its slots; none: all are. */
  private void lags(String[] words) {
    int table = id(words[2]);
    List<Observed.Behind> behind = Arrays.stream(words).skip(3)
        .map(node -> new Observed.Behind(0, Table.MAX_SLOTS, Integer.parseInt(node))).toList();
    observed.computeIfPresent(Integer.parseInt(words[1]), (id, seen) -> new Observed(seen.health(),
        seen.silentMs(), seen.appliedVersion(), seen.purged(), seen.leaseIsOver(), Map.of(table, behind)));
  }

  /** Leader from is deposed, and to leads its slots. */
  private void elect(int table, int from, int to) {
    request(new Request.Depose(from, 0));
    TableRecord known = state.table(table);
    request(new Request.Elect(table, known == null
        ? List.of()
        : known.ranges().stream()
            .filter(range -> range.leader() == from)
            .map(range -> new Request.Elected(range.from(), range.to(),
                range.epoch() + 1, to, List.of(new Request.Voter(to, 0))))
            .toList()));
  }

  private void node(String id) {
    int number = Integer.parseInt(id);
    request(new Request.RegisterNode(new NodeInfo(0, "host" + id, 1, 2, 3, ""), "", "store" + id, "1", 0));
    observed.put(number, new Observed(Health.ALIVE, 0, 0, Set.of(), false));
  }

  private void health(String word, String id) {
    observed.computeIfPresent(Integer.parseInt(id),
        (number, seen) -> new Observed(Health.valueOf(word.toUpperCase(Locale.ROOT)),
            word.equals("alive") ? 0 : 42_000, seen.appliedVersion(), seen.purged(),
            !word.equals("alive")));
  }

  private int id(String name) {
    TableRecord table = state.table(name);
    return table == null ? -1 : table.id();
  }

  private void request(Request request) {
    switch (Decider.decide(state, request, ++nowMs)) {
      case Decision.Accepted accepted -> evolve(accepted.changes());
      case Decision.Rejected rejected -> say("refused: " + rejected.refusal().message());
    }
  }

  /** As the loop does: what changes the topology takes the next version. */
  private void evolve(List<Change> changes) {
    io.pika.manager.state.Draft draft = new io.pika.manager.state.Draft(state);
    draft.add(changes);
    draft.changes().forEach(state::evolve);
  }

  private void plan() {
    Plan plan = Planner.plan(state, state.runningJobs(), id -> state.tables().tailMap(id, false).values(),
        id -> observed.getOrDefault(id, new Observed(Health.DEAD, 0, 0, Set.of(), true)), rules);
    plan.waiting().forEach((job, text) -> say("job " + job + " " + text));
    if (plan.steps().isEmpty() && plan.waiting().isEmpty()) {
      say("nothing");
    }
    for (Request step : plan.steps()) {
      say(text(step));
      request(step);
    }
  }

  private static String text(Request step) {
    return switch (step) {
      case Request.PlaceTable place -> "job " + place.job() + " places " + text(place.ranges());
      case Request.MakeReady ready -> "job " + ready.job() + " makes the table ready";
      case Request.FinishJob finish -> "job " + finish.job() + " is done";
      case Request.RemoveTable remove -> "job " + remove.job() + " removes the table";
      case Request.ForgetNode forget -> "job " + forget.job() + " forgets the node";
      case Request.ReplaceRanges replace -> "job " + replace.job() + " moves " + replace.moves().stream()
          .map(move -> "table " + move.table() + " to " + text(move.ranges()))
          .collect(Collectors.joining("; "));
      case Request.Reshape reshape -> "job " + reshape.job() + " makes "
          + text(reshape.changes().stream().map(Request.Reshaped::after).toList());
      case Request.SettleReplicas settle -> "job " + settle.job() + " counts on it";
      case Request.EndEvacuation end -> "job " + end.job() + " has made all replicas anew";
      case Request.EndReshape end -> "job " + end.job() + " has as many replicas as asked for";
      case Request.CreateDefaultTable create -> "creates the table default";
      default -> step.toString();
    };
  }

  private static String text(TableRecord table) {
    return table.id() + " " + table.name() + " " + table.state() + (table.blocked() ? " blocked " : " ")
        + text(table.ranges());
  }

  private static String text(List<SlotRange> ranges) {
    return ranges.stream()
        .map(range -> range.from() + "-" + range.to() + "@" + range.leader()
            + (range.isReplicated() ? range.replicas().toString().replace(" ", "") : "")
            + (range.learners().isEmpty() ? "" : "learning" + range.learners().toString().replace(" ", ""))
            + "/"
            + range.epoch())
        .collect(Collectors.joining(" "));
  }

  private void say(String text) {
    told.append("> ").append(text.strip()).append('\n');
  }
}
