package io.pika.manager.state;

import io.pika.core.model.Attachment;
import io.pika.core.model.AttachmentKind;
import io.pika.core.model.SlotRange;
import io.pika.core.model.TableState;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Everything durable, in memory, with its indexes. One thread evolves it; any thread reads it, and may see some
 * changes of a transaction before others. Changed in place: a hundred thousand tables are not copied for one.
 */
public final class ClusterState implements StateView {
  static final int KEPT_FINISHED_JOBS = 1000;
  private static final int INTERNED_PLACEMENTS = 4096;

  private final ConcurrentSkipListMap<Integer, TableRecord> tables = new ConcurrentSkipListMap<>();
  private final ConcurrentSkipListMap<String, TableRecord> tablesByName = new ConcurrentSkipListMap<>();
  private final ConcurrentSkipListMap<AttachmentKey, Attachment> attachments = new ConcurrentSkipListMap<>();
  private final AtomicLong attachedBytes = new AtomicLong();
  private final ConcurrentSkipListMap<Integer, NodeRecord> nodes = new ConcurrentSkipListMap<>();
  private final ConcurrentHashMap<String, NodeRecord> nodesByStore = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<Integer, Long> slotsLed = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<Integer, Long> replicasHeld = new ConcurrentHashMap<>();
  private final ConcurrentSkipListSet<Integer> replicated = new ConcurrentSkipListSet<>();
  private final ConcurrentSkipListMap<Long, JobRecord> jobs = new ConcurrentSkipListMap<>();
  private final ConcurrentSkipListMap<Long, JobRecord> runningJobs = new ConcurrentSkipListMap<>();
  private final ConcurrentSkipListSet<Long> finishedJobs = new ConcurrentSkipListSet<>();
  private final ConcurrentHashMap<String, JobRecord> jobsByRequest = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<Integer, JobRecord> lifeJobs = new ConcurrentHashMap<>();
  private final ConcurrentSkipListMap<Integer, TokenRecord> tokens = new ConcurrentSkipListMap<>();
  private final ConcurrentHashMap<String, TokenRecord> tokensByHash = new ConcurrentHashMap<>();
  /** Most tables are placed alike: equal placements are kept once. Used by the evolving thread only. */
  private final Map<List<SlotRange>, List<SlotRange>> placements = new HashMap<>();
  private volatile ClusterRecord cluster = ClusterRecord.NONE;
  private volatile Counters counters = Counters.FIRST;

  public void evolve(Change change) {
    switch (change) {
      case Change.TablePut put -> put(put.table());
      case Change.TableGone gone -> removeTable(gone.id());
      case Change.AttachmentPut put -> {
        Attachment before = attachments.put(put.key(), put.attachment());
        attachedBytes.addAndGet(size(put.attachment()) - size(before));
      }
      case Change.AttachmentGone gone -> attachedBytes.addAndGet(-size(attachments.remove(gone.key())));
      case Change.NodePut put -> {
        nodes.put(put.node().id(), put.node());
        nodesByStore.put(put.node().storeId(), put.node());
      }
      case Change.NodeGone gone -> {
        NodeRecord node = nodes.remove(gone.id());
        if (node != null) {
          nodesByStore.remove(node.storeId());
        }
      }
      case Change.JobPut put -> put(put.job());
      case Change.JobGone gone -> removeJob(gone.id());
      case Change.TokenPut put -> {
        tokens.put(put.token().id(), put.token());
        tokensByHash.put(put.token().sha256(), put.token());
      }
      case Change.TokenGone gone -> {
        TokenRecord token = tokens.remove(gone.id());
        if (token != null) {
          tokensByHash.remove(token.sha256());
        }
      }
      case Change.ClusterPut put -> cluster = put.cluster();
      case Change.CountersPut put -> counters = put.counters();
    }
  }

  private static long size(@Nullable Attachment attachment) {
    return attachment == null ? 0 : attachment.content().size();
  }

  private void put(TableRecord changed) {
    TableRecord table = new TableRecord(changed.id(), changed.name(), changed.slots(), changed.state(),
        changed.blocked(), changed.passwordHash(), changed.crossSlot(), changed.replication(),
        interned(changed.ranges()),
        changed.createdAtMs(),
        changed.changedVersion(), changed.attached(), changed.earlier());
    TableRecord before = tables.put(table.id(), table);
    if (table.state() != TableState.DROPPING) {
      tablesByName.put(table.name(), table);
    }
    if (before != null) {
      if (table.state() == TableState.DROPPING || !before.name().equals(table.name())) {
        tablesByName.remove(before.name(), before);
      }
      count(before.ranges(), -1);
    }
    count(table.ranges(), 1);
    if (table.isReplicated()) {
      replicated.add(table.id());
    } else {
      replicated.remove(table.id());
    }
  }

  private void removeTable(int id) {
    replicated.remove(id);
    TableRecord before = tables.remove(id);
    if (before != null) {
      tablesByName.remove(before.name(), before);
      count(before.ranges(), -1);
    }
  }

  private void count(List<SlotRange> ranges, int sign) {
    for (SlotRange range : ranges) {
      slotsLed.merge(range.leader(), (long) sign * range.slots(), Long::sum);
      if (range.isReplicated()) {
        range.replicas()
            .forEach(replica -> replicasHeld.merge(replica, (long) sign * range.slots(), Long::sum));
      }
    }
  }

  private List<SlotRange> interned(List<SlotRange> ranges) {
    if (placements.size() > INTERNED_PLACEMENTS) {
      placements.clear();
    }
    List<SlotRange> known = placements.putIfAbsent(ranges, ranges);
    return known == null ? ranges : known;
  }

  private void put(JobRecord job) {
    jobs.put(job.id(), job);
    if (!job.origin().requestId().isEmpty()) {
      jobsByRequest.put(job.origin().requestId(), job);
    }
    boolean life = job.kind() == JobKind.CREATE_TABLE || job.kind() == JobKind.DROP_TABLE;
    if (job.isRunning()) {
      runningJobs.put(job.id(), job);
      if (life) {
        lifeJobs.put(job.subject(), job);
      }
      return;
    }
    runningJobs.remove(job.id());
    finishedJobs.add(job.id());
    if (life) {
      lifeJobs.computeIfPresent(job.subject(), (table, known) -> known.id() == job.id() ? null : known);
    }
  }

  private void removeJob(long id) {
    JobRecord job = jobs.remove(id);
    runningJobs.remove(id);
    finishedJobs.remove(id);
    if (job != null) {
      jobsByRequest.remove(job.origin().requestId(), job);
    }
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
    return tables.get(id);
  }

  @Override
  public @Nullable TableRecord table(String name) {
    return tablesByName.get(name);
  }

  @Override
  public Map<AttachmentKey, Attachment> attachments(int table, AttachmentKind kind) {
    return attachments.tailMap(AttachmentKey.first(table, kind)).entrySet().stream()
        .takeWhile(each -> each.getKey().isOf(table, kind)).collect(Collectors.toMap(Map.Entry::getKey,
            Map.Entry::getValue, (one, other) -> other, TreeMap::new));
  }

  /** All, in order. */
  public NavigableMap<AttachmentKey, Attachment> attachments() {
    return Collections.unmodifiableNavigableMap(attachments);
  }

  @Override
  public long attachedBytes() {
    return attachedBytes.get();
  }

  /** Tables that are not being dropped, by name. */
  public NavigableMap<String, TableRecord> tablesByName() {
    return Collections.unmodifiableNavigableMap(tablesByName);
  }

  /** Tables that have slots with several replicas, and that are not being dropped, by id. */
  public List<TableRecord> replicatedTables() {
    return replicated.stream().map(tables::get).filter(Objects::nonNull).toList();
  }

  /** All tables, by id. */
  public NavigableMap<Integer, TableRecord> tables() {
    return Collections.unmodifiableNavigableMap(tables);
  }

  @Override
  public @Nullable NodeRecord node(int id) {
    return nodes.get(id);
  }

  @Override
  public List<NodeRecord> nodes() {
    return List.copyOf(nodes.values());
  }

  @Override
  public @Nullable NodeRecord nodeOfStore(String storeId) {
    return nodesByStore.get(storeId);
  }

  @Override
  public long slotsLed(int node) {
    return slotsLed.getOrDefault(node, 0L);
  }

  @Override
  public long replicasHeld(int node) {
    return replicasHeld.getOrDefault(node, 0L);
  }

  @Override
  public @Nullable JobRecord job(long id) {
    return jobs.get(id);
  }

  /** All jobs that are kept, the newest first. */
  public Collection<JobRecord> jobs() {
    return Collections.unmodifiableCollection(jobs.descendingMap().values());
  }

  /** Ascending: older jobs go first. */
  public Collection<JobRecord> runningJobs() {
    return Collections.unmodifiableCollection(runningJobs.values());
  }

  @Override
  public @Nullable JobRecord jobOfRequest(String requestId) {
    return jobsByRequest.get(requestId);
  }

  @Override
  public @Nullable JobRecord lifeJob(int table) {
    return lifeJobs.get(table);
  }

  @Override
  public @Nullable JobRecord runningJob(int table, JobKind kind) {
    return runningJobs.values().stream().filter(job -> job.subject() == table && job.kind() == kind)
        .findFirst()
        .orElse(null);
  }

  @Override
  public @Nullable JobRecord surplusJob() {
    return finishedJobs.size() < KEPT_FINISHED_JOBS ? null : jobs.get(finishedJobs.first());
  }

  /** Ids of the jobs that are over, the oldest first. */
  NavigableSet<Long> finishedJobs() {
    return finishedJobs;
  }

  @Override
  public @Nullable TokenRecord token(int id) {
    return tokens.get(id);
  }

  @Override
  public List<TokenRecord> tokens() {
    return List.copyOf(tokens.values());
  }

  public @Nullable TokenRecord tokenOfHash(String sha256) {
    return tokensByHash.get(sha256);
  }
}
