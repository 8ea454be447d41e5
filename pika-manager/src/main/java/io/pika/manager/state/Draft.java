package io.pika.manager.state;

import io.pika.core.model.Attachment;
import io.pika.core.model.AttachmentKind;
import io.pika.core.model.SlotRange;
import io.pika.core.model.TableState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The state with changes on top that are not written yet, so that several requests are decided one after another
 * and written in one transaction. The state below is not touched until they are durable.
 */
public final class Draft implements StateView {
  private final ClusterState base;
  private final LinkedHashMap<Object, Change> changes = new LinkedHashMap<>();
  private final Map<Integer, Optional<TableRecord>> tables = new HashMap<>();
  private final Map<String, Optional<TableRecord>> names = new HashMap<>();
  private final Map<Integer, Optional<NodeRecord>> nodes = new HashMap<>();
  private final Map<String, NodeRecord> stores = new HashMap<>();
  private final Map<Integer, Long> ledMore = new HashMap<>();
  private final Map<Integer, Long> heldMore = new HashMap<>();
  private final Map<Long, Optional<JobRecord>> jobs = new HashMap<>();
  private final Map<Integer, Optional<TokenRecord>> tokens = new HashMap<>();
  private final Map<AttachmentKey, Optional<Attachment>> attachments = new TreeMap<>();
  private final long nextVersion;
  private long bytes;
  private ClusterRecord cluster;
  private Counters counters;

  /** The key under which a later change of the same record replaces an earlier one. */
  private record RecordKey(String kind, long id) {}

  public Draft(ClusterState base) {
    this.base = base;
    this.cluster = base.cluster();
    this.counters = base.counters();
    this.nextVersion = base.counters().topologyVersion() + 1;
  }

  public void add(List<Change> more) {
    more.forEach(this::add);
  }

  private void add(Change change) {
    switch (change) {
      case Change.TablePut put -> {
        if (put.table().isPlaced()) {
          topologyChanged();
        }
        table(put.table().id(), put.table());
        note("table", put.table().id(), change);
      }
      case Change.TableGone gone -> {
        TableRecord before = table(gone.id());
        if (before != null && before.isPlaced()) {
          topologyChanged();
        }
        table(gone.id(), null);
        note("table", gone.id(), change);
      }
      case Change.AttachmentPut put -> {
        attachments.put(put.key(), Optional.of(put.attachment()));
        note(put.key(), change);
        bytes += put.attachment().content().size();
      }
      case Change.AttachmentGone gone -> {
        attachments.put(gone.key(), Optional.empty());
        note(gone.key(), change);
      }
      case Change.NodePut put -> {
        nodes.put(put.node().id(), Optional.of(put.node()));
        stores.put(put.node().storeId(), put.node());
        topologyChanged();
        note("node", put.node().id(), change);
      }
      case Change.NodeGone gone -> {
        nodes.put(gone.id(), Optional.empty());
        topologyChanged();
        note("node", gone.id(), change);
      }
      case Change.JobPut put -> {
        jobs.put(put.job().id(), Optional.of(put.job()));
        note("job", put.job().id(), change);
      }
      case Change.JobGone gone -> {
        jobs.put(gone.id(), Optional.empty());
        note("job", gone.id(), change);
      }
      case Change.TokenPut put -> {
        tokens.put(put.token().id(), Optional.of(put.token()));
        note("token", put.token().id(), change);
      }
      case Change.TokenGone gone -> {
        tokens.put(gone.id(), Optional.empty());
        note("token", gone.id(), change);
      }
      case Change.ClusterPut put -> {
        cluster = put.cluster();
        note("cluster", 0, change);
      }
      case Change.CountersPut put -> counters = put.counters();
    }
  }

  private void note(String kind, long id, Change change) {
    note(new RecordKey(kind, id), change);
  }

  private void note(Object record, Change change) {
    changes.put(record, change);
  }

  private void topologyChanged() {
    counters = counters.withTopologyVersion(nextVersion);
  }

  private void table(int id, @Nullable TableRecord after) {
    TableRecord before = table(id);
    if (before != null) {
      count(before.ranges(), -1);
      if (before.equals(table(before.name()))) {
        names.put(before.name(), Optional.empty());
      }
    }
    tables.put(id, Optional.ofNullable(after));
    if (after != null) {
      count(after.ranges(), 1);
      if (after.state() != TableState.DROPPING) {
        names.put(after.name(), Optional.of(after));
      }
    }
  }

  private void count(List<SlotRange> ranges, int sign) {
    for (SlotRange range : ranges) {
      long slots = (long) sign * range.slots();
      ledMore.merge(range.leader(), slots, Long::sum);
      if (range.isReplicated()) {
        range.replicas().forEach(replica -> heldMore.merge(replica, slots, Long::sum));
      }
    }
  }

  /** What is to be written, one change to a record; the counters come last, whenever there is anything. */
  public List<Change> changes() {
    if (isEmpty()) {
      return List.of();
    }
    List<Change> all = new ArrayList<>(changes.values());
    all.add(new Change.CountersPut(counters));
    return all;
  }

  public boolean isEmpty() { return changes.isEmpty(); }

  /** Bytes of attachments that would be written, at most; other records are small. */
  public long bytes() {
    return bytes;
  }

  /** Records that would be written. */
  public int size() {
    return changes.size() + 1;
  }

  @Override
  public long nextVersion() {
    return nextVersion;
  }

  @Override
  public ClusterRecord cluster() {
    return cluster;
  }

  @Override
  public Counters counters() {
    return counters;
  }

  @Override
  public @Nullable TableRecord table(int id) {
    Optional<TableRecord> drafted = tables.get(id);
    return drafted == null ? base.table(id) : drafted.orElse(null);
  }

  @Override
  public @Nullable TableRecord table(String name) {
    Optional<TableRecord> drafted = names.get(name);
    return drafted == null ? base.table(name) : drafted.orElse(null);
  }

  @Override
  public Map<AttachmentKey, Attachment> attachments(int table, AttachmentKind kind) {
    Map<AttachmentKey, Attachment> all = base.attachments(table, kind);
    attachments.forEach((key, drafted) -> {
      if (!key.isOf(table, kind)) {
        return;
      }
      if (drafted.isPresent()) {
        all.put(key, drafted.get());
      } else {
        all.remove(key);
      }
    });
    return all;
  }

  @Override
  public long attachedBytes() {
    return base.attachedBytes();
  }

  @Override
  public @Nullable NodeRecord node(int id) {
    Optional<NodeRecord> drafted = nodes.get(id);
    return drafted == null ? base.node(id) : drafted.orElse(null);
  }

  @Override
  public List<NodeRecord> nodes() {
    TreeMap<Integer, NodeRecord> all = new TreeMap<>();
    base.nodes().forEach(node -> all.put(node.id(), node));
    nodes.forEach((id, node) -> {
      if (node.isPresent()) {
        all.put(id, node.get());
      } else {
        all.remove(id);
      }
    });
    return List.copyOf(all.values());
  }

  @Override
  public @Nullable NodeRecord nodeOfStore(String storeId) {
    NodeRecord known = stores.getOrDefault(storeId, base.nodeOfStore(storeId));
    return known == null ? null : node(known.id());
  }

  @Override
  public long slotsLed(int node) {
    return base.slotsLed(node) + ledMore.getOrDefault(node, 0L);
  }

  @Override
  public long replicasHeld(int node) {
    return base.replicasHeld(node) + heldMore.getOrDefault(node, 0L);
  }

  @Override
  public @Nullable JobRecord job(long id) {
    Optional<JobRecord> drafted = jobs.get(id);
    return drafted == null ? base.job(id) : drafted.orElse(null);
  }

  @Override
  public @Nullable JobRecord jobOfRequest(String requestId) {
    for (Optional<JobRecord> job : jobs.values()) {
      if (job.isPresent() && job.get().origin().requestId().equals(requestId)) {
        return job.get();
      }
    }
    return base.jobOfRequest(requestId);
  }

  @Override
  public @Nullable JobRecord lifeJob(int table) {
    for (Optional<JobRecord> job : jobs.values()) {
      if (job.isPresent() && job.get().isRunning() && job.get().subject() == table
          && (job.get().kind() == JobKind.CREATE_TABLE || job.get().kind() == JobKind.DROP_TABLE)) {
        return job.get();
      }
    }
    JobRecord known = base.lifeJob(table);
    JobRecord now = known == null ? null : job(known.id());
    return now != null && now.isRunning() ? now : null;
  }

  @Override
  public @Nullable JobRecord runningJob(int table, JobKind kind) {
    for (Optional<JobRecord> job : jobs.values()) {
      if (job.isPresent() && job.get().isRunning() && job.get().subject() == table
          && job.get().kind() == kind) {
        return job.get();
      }
    }
    JobRecord known = base.runningJob(table, kind);
    JobRecord now = known == null ? null : job(known.id());
    return now != null && now.isRunning() ? now : null;
  }

  @Override
  public @Nullable JobRecord surplusJob() {
    int finished = base.finishedJobs().size();
    for (Optional<JobRecord> job : jobs.values()) {
      finished += job.isEmpty() ? -1 : job.get().isRunning() ? 0 : 1;
    }
    if (finished < ClusterState.KEPT_FINISHED_JOBS) {
      return null;
    }
    for (long id : base.finishedJobs()) {
      JobRecord job = job(id);
      if (job != null) {
        return job;
      }
    }
    return null;
  }

  @Override
  public @Nullable TokenRecord token(int id) {
    Optional<TokenRecord> drafted = tokens.get(id);
    return drafted == null ? base.token(id) : drafted.orElse(null);
  }

  @Override
  public List<TokenRecord> tokens() {
    List<TokenRecord> all = new ArrayList<>(base.tokens());
    all.removeIf(token -> tokens.containsKey(token.id()));
    tokens.values().forEach(token -> token.ifPresent(all::add));
    return all;
  }
}
