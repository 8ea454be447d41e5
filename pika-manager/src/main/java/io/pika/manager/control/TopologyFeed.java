package io.pika.manager.control;

import io.pika.core.model.Attachment;
import io.pika.core.model.AttachmentKind;
import io.pika.core.model.NodeInfo;
import io.pika.core.rpc.AttachmentsEntry;
import io.pika.core.rpc.TableEntry;
import io.pika.core.rpc.TopologyUpdate;
import io.pika.core.topology.TopologyCodec;
import io.pika.manager.state.AttachmentKey;
import io.pika.manager.state.Change;
import io.pika.manager.state.ClusterState;
import io.pika.manager.state.NodeRecord;
import io.pika.manager.state.TableRecord;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The topology of one term as nodes get it: the whole of it, and its newest changes, each encoded once for all
 * nodes. Bounded: who asks for more than is kept gets a snapshot, in chunks that are encoded as they are sent.
 * Thread-safe.
 */
public final class TopologyFeed {
  private static final int KEPT_CHANGES = 4096;
  private static final int KEPT_BYTES = 32 << 20;
  private static final int CHUNK_BYTES = 256 << 10;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final TreeMap<Integer, TableRecord> tables = new TreeMap<>();
  private final TreeMap<Integer, NodeInfo> nodes = new TreeMap<>();
  private final TreeMap<AttachmentKey, Attachment> attachments = new TreeMap<>();
  private final ArrayDeque<Kept> ring = new ArrayDeque<>();
  private long ringBytes;
  private long version;
  private boolean closed;

  /** @param before the version that this change follows */
  private record Kept(long before, TopologyUpdate update) {}

  /** What a node is sent next. */
  public sealed interface Next {
    /** Every change after the version asked for, in order. */
    record Changes(List<TopologyUpdate> updates) implements Next {}

    /** Everything; the last update is complete. Encoded while it is iterated over, once. */
    record Snapshot(Iterator<TopologyUpdate> chunks, long version) implements Next {}

    /** Nothing came within the time. */
    record Nothing() implements Next {}

    /** The term is over. */
    record Over() implements Next {}
  }

  public TopologyFeed(ClusterState state) {
    state.tables().values().stream().filter(TableRecord::isPlaced)
        .forEach(table -> tables.put(table.id(), table));
    state.nodes().forEach(node -> nodes.put(node.id(), node.info()));
    attachments.putAll(state.attachments());
    version = state.counters().topologyVersion();
  }

  public long version() {
    lock.lock();
    try {
      return version;
    } finally {
      lock.unlock();
    }
  }

  /** Shows changes that are durable, and that the state has; those that no node needs are left out. */
  void publish(List<Change> changes, ClusterState state) {
    TopologyUpdate.Builder update = TopologyUpdate.newBuilder().setComplete(true)
        .setVersion(state.counters().topologyVersion());
    lock.lock();
    try {
      Pieces pieces = new Pieces();
      changes.forEach(change -> apply(change, state, update, pieces));
      pieces.of.values().forEach(piece -> update
          .addAttachments(piece.setVersion(version(piece.getTable(), piece.getKind()))));
      if (update.getVersion() == version) {
        return;
      }
      Kept kept = new Kept(version, update.build());
      version = update.getVersion();
      ring.addLast(kept);
      ringBytes += kept.update().getSerializedSize();
      while (ring.size() > KEPT_CHANGES || ringBytes > KEPT_BYTES && ring.size() > 1) {
        ringBytes -= ring.removeFirst().update().getSerializedSize();
      }
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void apply(Change change, ClusterState state, TopologyUpdate.Builder update, Pieces pieces) {
    switch (change) {
      case Change.TablePut put -> {
        TableRecord table = state.table(put.table().id());
        if (table != null && table.isPlaced()) {
          TableRecord before = tables.put(table.id(), table);
          if (before == null || !before.table().equals(table.table())) {
            update.addTables(TopologyCodec.encode(table.table()));
          }
        }
      }
      case Change.TableGone gone -> {
        if (tables.remove(gone.id()) != null) {
          update.addRemovedTables(gone.id());
        }
      }
      case Change.AttachmentPut put -> {
        attachments.put(put.key(), put.attachment());
        pieces.of(put.key()).addPuts(TopologyCodec.encode(put.attachment()));
      }
      case Change.AttachmentGone gone -> {
        attachments.remove(gone.key());
        pieces.of(gone.key()).addRemoved(gone.key().name());
      }
      case Change.NodePut put -> {
        NodeRecord node = put.node();
        nodes.put(node.id(), node.info());
        update.addNodes(TopologyCodec.encode(node.info()));
      }
      case Change.NodeGone gone -> {
        nodes.remove(gone.id());
        update.addRemovedNodes(gone.id());
      }
      case Change.JobPut put -> {
      }
      case Change.JobGone gone -> {
      }
      case Change.TokenPut put -> {
      }
      case Change.TokenGone gone -> {
      }
      case Change.ClusterPut put -> {
      }
      case Change.CountersPut put -> {
      }
    }
  }

  /** Waits for changes after a version. A version that this manager never had gets a snapshot, too. */
  public Next after(long known, long timeoutMs) throws InterruptedException {
    lock.lock();
    try {
      long left = TimeUnit.MILLISECONDS.toNanos(timeoutMs);
      while (known == version && known != 0 && !closed && left > 0) {
        left = changed.awaitNanos(left);
      }
      if (closed) {
        return new Next.Over();
      }
      if (known == version && known != 0) {
        return new Next.Nothing();
      }
      boolean kept = known != 0 && known < version && !ring.isEmpty() && ring.getFirst().before() <= known;
      return kept ? new Next.Changes(since(known)) : snapshot();
    } finally {
      lock.unlock();
    }
  }

  /** Ends every wait for good. */
  void close() {
    lock.lock();
    try {
      closed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private List<TopologyUpdate> since(long known) {
    List<TopologyUpdate> updates = new ArrayList<>();
    for (Iterator<Kept> newest = ring.descendingIterator(); newest.hasNext();) {
      Kept kept = newest.next();
      if (kept.update().getVersion() <= known) {
        break;
      }
      updates.addFirst(kept.update());
    }
    return updates;
  }

  private Next.Snapshot snapshot() {
    return new Next.Snapshot(new Chunks(version, List.copyOf(nodes.values()), List.copyOf(tables.values()),
        new TreeMap<>(attachments)), version);
  }

  private long version(int table, String kind) {
    TableRecord record = tables.get(table);
    return record == null ? 0 : AttachmentKind.of(kind).map(record::attachedVersion).orElse(0L);
  }

  /** What one change does to attachments, one piece for each set. */
  private static final class Pieces {
    private final Map<AttachmentKey, AttachmentsEntry.Builder> of = new TreeMap<>();

    AttachmentsEntry.Builder of(AttachmentKey key) {
      return of.computeIfAbsent(new AttachmentKey(key.table(), key.kind(), ""),
          set -> AttachmentsEntry.newBuilder().setTable(set.table()).setKind(set.kind().word()));
    }
  }

  /** Nodes first, then each table with what is attached to it; the last chunk is complete, also when there is nothing. */
  private static final class Chunks implements Iterator<TopologyUpdate> {
    private final long version;
    private final List<NodeInfo> nodes;
    private final List<TableRecord> tables;
    private final NavigableMap<AttachmentKey, Attachment> attachments;
    private final ArrayDeque<AttachmentsEntry> attached = new ArrayDeque<>();
    private int next;
    private boolean begun;
    private boolean ended;

    Chunks(long version, List<NodeInfo> nodes, List<TableRecord> tables,
        NavigableMap<AttachmentKey, Attachment> attachments) {
      this.attachments = attachments;
      this.version = version;
      this.nodes = nodes;
      this.tables = tables;
    }

    @Override
    public boolean hasNext() {
      return !ended;
    }

    @Override
    public TopologyUpdate next() {
      TopologyUpdate.Builder update = TopologyUpdate.newBuilder().setVersion(version).setSnapshot(true);
      if (!begun) {
        nodes.forEach(node -> update.addNodes(TopologyCodec.encode(node)));
        begun = true;
      }
      int bytes = 0;
      while (bytes < CHUNK_BYTES && (!attached.isEmpty() || next < tables.size())) {
        if (!attached.isEmpty()) {
          AttachmentsEntry piece = attached.remove();
          bytes += piece.getSerializedSize();
          update.addAttachments(piece);
          continue;
        }
        TableRecord table = tables.get(next++);
        TableEntry entry = TopologyCodec.encode(table.table());
        bytes += entry.getSerializedSize();
        update.addTables(entry);
        table.attached().forEach((kind, since) -> addPieces(table.id(), kind, since));
      }
      ended = attached.isEmpty() && next == tables.size();
      return update.setComplete(ended).build();
    }

    /** One attachment a piece; first an empty one, for a set that has nothing but a version. */
    private void addPieces(int table, AttachmentKind kind, long since) {
      AttachmentsEntry none = AttachmentsEntry.newBuilder().setTable(table).setKind(kind.word())
          .setVersion(since).build();
      attached.add(none);
      attachments.tailMap(new AttachmentKey(table, kind, "")).entrySet().stream()
          .takeWhile(each -> each.getKey().table() == table && each.getKey().kind() == kind)
          .forEach(each -> attached
              .add(none.toBuilder().addPuts(TopologyCodec.encode(each.getValue())).build()));
    }
  }
}
