package io.pika.manager.state;

import io.pika.core.model.CrossSlot;
import io.pika.core.model.Table;
import io.pika.core.model.TableState;
import io.pika.manager.state.JobRecord.Origin;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Says what a request changes, or why it is refused. Pure: looks at the view and the time it is given. */
public final class Decider {
  private static final int DEFAULT_TABLE_SLOTS = 64;
  private static final int MAX_TOKENS = 1000;

  private Decider() {}

  public static Decision decide(StateView state, Request request, long nowMs) {
    return switch (request) {
      case Request.Order order -> decideOrder(state, order, nowMs);
      case Request.Step step -> JobSteps.decide(state, step, nowMs);
      case Request.RegisterNode register -> Registration.decide(state, register, nowMs);
      case Request.Depose depose -> Elections.depose(state, depose);
      case Request.Elect elect -> Elections.elect(state, elect);
      case Request.FoundCluster found -> found(state, found, nowMs);
      case Request.CreateDefaultTable create -> createDefault(state, nowMs);
      case Request.CreateToken create -> createToken(state, create, nowMs);
      case Request.RevokeToken revoke -> revokeToken(state, revoke);
      case Request.ChangeAttachments change -> AttachmentChanges.decide(state, change);
    };
  }

  /** The same key again gives the job it gave before. */
  private static Decision decideOrder(StateView state, Request.Order order, long nowMs) {
    Origin origin = order.origin();
    JobRecord known = origin.requestId().isEmpty() ? null : state.jobOfRequest(origin.requestId());
    if (known != null) {
      return known.origin().fingerprint().equals(origin.fingerprint())
          ? new Decision.Accepted(List.of(), known.id())
          : rejected(Refusal.conflict("idempotency_key_reused",
              "this Idempotency-Key was used for another request (job " + known.id() + ")",
              "use a new key for each new request"));
    }
    return switch (order) {
      case Request.CreateTable create -> create(state, create, nowMs);
      case Request.TableOrder table -> changeTable(state, table, nowMs);
      case Request.RemoveNode remove -> removeNode(state, remove, nowMs);
    };
  }

  private static Decision create(StateView state, Request.CreateTable create, long nowMs) {
    if (!Names.isName(create.name())) {
      return rejected(invalidName(create.name()));
    }
    if (create.slots() < 1 || create.slots() > Table.MAX_SLOTS || Integer.bitCount(create.slots()) != 1) {
      return rejected(Refusal.invalid("invalid_slots", create.slots() + " slots are not possible",
          "a power of two from 1 to " + Table.MAX_SLOTS));
    }
    Refusal impossible = refusal(state, create.replication());
    if (impossible != null) {
      return rejected(impossible);
    }
    if (state.table(create.name()) != null) {
      return rejected(nameTaken(create.name()));
    }
    boolean isDefault = create.name().equals(Names.DEFAULT_TABLE);
    if (isDefault && state.table(0) != null) {
      return rejected(Refusal.conflict("table_dropping", "the table default is still being dropped",
          "wait until its job is done"));
    }
    return accept(state, isDefault ? 0 : state.counters().nextTable(), create, nowMs);
  }

  static @Nullable Refusal refusal(StateView state, Replication wanted) {
    int replicas = wanted.replicas();
    if (replicas < 1 || replicas > Replication.MAX_REPLICAS) {
      return Refusal.invalid("invalid_replicas", replicas + " replicas are not possible",
          "1 to " + Replication.MAX_REPLICAS);
    }
    if (wanted.acks().followers() >= replicas) {
      return Refusal.invalid("invalid_acks", "a write cannot wait for " + wanted.acks().followers()
          + " followers: with " + replicas + (replicas == 1 ? " replica" : " replicas") + " there are "
          + (replicas - 1), "fewer acks, or more replicas");
    }
    long nodes = state.nodes().stream().filter(node -> !node.leaving()).count();
    return replicas == 1 || replicas <= nodes
        ? null
        : Refusal.conflict("too_few_nodes",
            replicas + " replicas need " + replicas + " nodes, each has one of them;"
                + " the cluster has " + nodes,
            "start more nodes first, or ask for fewer replicas");
  }

  private static Decision.Accepted accept(StateView state, int id, Request.CreateTable create, long nowMs) {
    long version = state.nextVersion();
    long jobId = state.counters().nextJob();
    TableRecord table = new TableRecord(id, create.name(), create.slots(), TableState.CREATING, false,
        create.passwordHash(), create.crossSlot(), create.replication(), List.of(), nowMs, version,
        Map.of(), List.of());
    JobRecord job = JobRecord.begun(jobId, JobKind.CREATE_TABLE, id, create.name(), version, create.origin(),
        nowMs);
    Counters counters = state.counters().jobTaken();
    return new Decision.Accepted(
        List.of(new Change.CountersPut(id == 0 ? counters : counters.tableTaken()),
            new Change.TablePut(table),
            new Change.JobPut(job)),
        jobId);
  }

  /** Once in the life of a cluster; somebody who dropped the table does not want it back. */
  private static Decision createDefault(StateView state, long nowMs) {
    if (state.cluster().defaultTableMade()) {
      return new Decision.Accepted(List.of(), 0);
    }
    ClusterRecord made = new ClusterRecord(state.cluster().clusterId(), state.cluster().createdAtMs(), true);
    List<Change> changes = new ArrayList<>();
    changes.add(new Change.ClusterPut(made));
    if (state.table(0) == null && state.table(Names.DEFAULT_TABLE) == null) {
      changes.addAll(accept(state, 0,
          new Request.CreateTable(Names.DEFAULT_TABLE, DEFAULT_TABLE_SLOTS, "", CrossSlot.REFUSE,
              Replication.NONE, Origin.MANAGER),
          nowMs)
          .changes());
    }
    return new Decision.Accepted(changes, 0);
  }

  private static Decision changeTable(StateView state, Request.TableOrder order, long nowMs) {
    TableRecord table = state.table(order.table());
    if (table == null || table.state() == TableState.DROPPING) {
      return rejected(Refusal.notFound("table_not_found", "there is no table with id " + order.table(), ""));
    }
    long version = state.nextVersion();
    return switch (order) {
      case Request.DropTable drop -> drop(state, table, drop, nowMs);
      case Request.RenameTable rename -> rename(state, table, rename, nowMs);
      case Request.SetPassword set -> changed(state, JobKind.SET_PASSWORD,
          table.withPasswordHash(set.passwordHash(), version), set.origin(), nowMs);
      case Request.RemovePassword remove -> changed(state, JobKind.REMOVE_PASSWORD,
          table.withPasswordHash("", version), remove.origin(), nowMs);
      case Request.BlockTable block -> changed(state, JobKind.BLOCK_TABLE, table.withBlocked(true, version),
          block.origin(), nowMs);
      case Request.UnblockTable unblock -> changed(state, JobKind.UNBLOCK_TABLE,
          table.withBlocked(false, version), unblock.origin(), nowMs);
      case Request.SetReplication set -> Reshaping.order(state, table, set, nowMs);
      case Request.SetCrossSlot set -> changed(state, JobKind.SET_CROSS_SLOT,
          table.withCrossSlot(set.crossSlot(), version), set.origin(), nowMs);
    };
  }

  private static Decision rename(StateView state, TableRecord table, Request.RenameTable rename, long nowMs) {
    String name = rename.newName();
    if (!Names.isName(name)) {
      return rejected(invalidName(name));
    }
    if (table.id() == 0 || name.equals(Names.DEFAULT_TABLE)) {
      return rejected(
          Refusal.conflict("default_table", "the table default keeps its name, and no other takes it",
              "clients find it by index 0 and before they have chosen a table"));
    }
    TableRecord other = state.table(name);
    if (other != null && other.id() != table.id()) {
      return rejected(nameTaken(name));
    }
    return changed(state, JobKind.RENAME_TABLE, table.withName(name, state.nextVersion()), rename.origin(),
        nowMs);
  }

  static Decision changed(StateView state, JobKind kind, TableRecord after, Origin origin,
      long nowMs) {
    // No node knows of a table that is not placed: there is nothing to wait for.
    long version = after.isPlaced() ? state.nextVersion() : 0;
    JobRecord job = JobRecord.begun(state.counters().nextJob(), kind, after.id(), after.name(),
        version, origin, nowMs);
    return new Decision.Accepted(List.of(new Change.CountersPut(state.counters().jobTaken()),
        new Change.TablePut(after), new Change.JobPut(job)), job.id());
  }

  /**
   * A job that is still creating the table ends here; it has done what it was for if the table is ready, and only some
   * node was not told yet. A table that no node knows of is gone at once.
   */
  private static Decision drop(StateView state, TableRecord table, Request.DropTable drop, long nowMs) {
    List<Change> changes = new ArrayList<>();
    changes.add(new Change.CountersPut(state.counters().jobTaken()));
    JobRecord creating = state.lifeJob(table.id());
    if (creating != null) {
      changes.add(new Change.JobPut(table.state() == TableState.CREATING
          ? creating.failed("the table was dropped before it was ready", nowMs)
          : creating.done(nowMs)));
    }
    JobRecord reshaping = state.runningJob(table.id(), JobKind.SET_REPLICATION);
    if (reshaping != null) {
      changes.add(new Change.JobPut(reshaping.failed("the table was dropped", nowMs)));
    }
    JobRecord job = JobRecord.begun(state.counters().nextJob(), JobKind.DROP_TABLE, table.id(), table.name(),
        state.nextVersion(), drop.origin(), nowMs);
    if (table.isPlaced()) {
      changes.add(new Change.TablePut(table.withState(TableState.DROPPING, state.nextVersion())));
      changes.add(new Change.JobPut(job));
    } else {
      changes.add(new Change.TableGone(table.id()));
      changes.add(new Change.JobPut(job.done(nowMs)));
    }
    return new Decision.Accepted(changes, job.id());
  }

  private static Decision removeNode(StateView state, Request.RemoveNode remove, long nowMs) {
    NodeRecord node = state.node(remove.node());
    if (node == null) {
      return rejected(Refusal.notFound("node_not_found", "there is no node " + remove.node(), ""));
    }
    if (node.leaving()) {
      return rejected(Refusal.conflict("node_leaving", "node " + node.id() + " is being removed already",
          "see its job"));
    }
    long slots = state.slotsLed(node.id());
    if (slots > 0 && remove.loss() == Request.Loss.REFUSED) {
      return rejected(Refusal.conflict("node_leads_slots", "node " + node.id() + " leads " + slots
          + " slots; without it their data is gone",
          "start the node again; where it has followers, stop it, and they lead in some seconds; or, when its disk"
              + " is lost for good, remove it with force: slots without other copies begin empty on other nodes"));
    }
    JobRecord job = JobRecord.begun(state.counters().nextJob(), JobKind.REMOVE_NODE, node.id(),
        node.info().host() + ":" + node.info().clientPort(), state.nextVersion(), remove.origin(), nowMs);
    return new Decision.Accepted(List.of(new Change.CountersPut(state.counters().jobTaken()),
        new Change.NodePut(node.asLeaving()), new Change.JobPut(job)), job.id());
  }

  private static Decision found(StateView state, Request.FoundCluster found, long nowMs) {
    if (!state.cluster().clusterId().isEmpty()) {
      return new Decision.Accepted(List.of(), 0);
    }
    return new Decision.Accepted(
        List.of(new Change.ClusterPut(new ClusterRecord(found.clusterId(), nowMs, false))), 0);
  }

  private static Decision createToken(StateView state, Request.CreateToken create, long nowMs) {
    if (!Names.isName(create.name())) {
      return rejected(Refusal.invalid("invalid_name", "a token cannot be called so", Names.RULE));
    }
    if (create.expiresAtMs() != 0 && create.expiresAtMs() <= nowMs) {
      return rejected(Refusal.invalid("invalid_expiry", "the token would have expired already", ""));
    }
    if (state.tokens().size() >= MAX_TOKENS) {
      return rejected(new Refusal(Refusal.Kind.UNAVAILABLE, "too_many_tokens",
          "there are " + MAX_TOKENS + " tokens already", "revoke those that nobody uses"));
    }
    int id = state.counters().nextToken();
    TokenRecord token = new TokenRecord(id, create.name(), create.role(), create.sha256(), nowMs,
        create.expiresAtMs());
    return new Decision.Accepted(
        List.of(new Change.CountersPut(state.counters().tokenTaken()), new Change.TokenPut(token)), id);
  }

  /** An administrator that never expires stays, else nobody could make tokens any more. */
  private static Decision revokeToken(StateView state, Request.RevokeToken revoke) {
    if (state.token(revoke.token()) == null) {
      return rejected(Refusal.notFound("token_not_found", "there is no token " + revoke.token(), ""));
    }
    boolean anotherStays = state.tokens().stream().anyMatch(token -> token.id() != revoke.token()
        && token.role() == Role.ADMIN && token.expiresAtMs() == 0);
    if (!anotherStays) {
      return rejected(
          Refusal.conflict("last_admin", "this is the last administrator's token without an expiry",
              "make another one first"));
    }
    return new Decision.Accepted(List.of(new Change.TokenGone(revoke.token())), revoke.token());
  }

  private static Refusal invalidName(String name) {
    String hint = name.chars().allMatch(Character::isDigit)
        ? Names.RULE + "; SELECT takes digits for an index"
        : Names.RULE;
    return Refusal.invalid("invalid_name", "a table cannot be called so", hint);
  }

  private static Refusal nameTaken(String name) {
    return Refusal.conflict("table_exists", "there is a table " + name + " already", "");
  }

  private static Decision rejected(Refusal refusal) {
    return new Decision.Rejected(refusal);
  }
}
