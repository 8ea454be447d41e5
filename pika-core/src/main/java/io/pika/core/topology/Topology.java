package io.pika.core.topology;

import io.pika.core.model.AttachmentKind;
import io.pika.core.model.AttachmentSet;
import io.pika.core.model.NodeInfo;
import io.pika.core.model.Table;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The cluster as one process knows it: tables, nodes and the version of the newest change it has seen. One
 * thread applies changes, in order; any thread reads. A reader may see some entries of a change before others;
 * every single table is consistent, and a stale one is caught by the epoch that each forwarded request carries.
 */
public final class Topology {
  private final ConcurrentHashMap<Integer, Table> tables = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<String, Table> tablesByName = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<Integer, NodeInfo> nodes = new ConcurrentHashMap<>();
  private final ConcurrentHashMap<AttachedTo, AttachmentSet> attachments = new ConcurrentHashMap<>();
  private final CopyOnWriteArrayList<Listener> listeners = new CopyOnWriteArrayList<>();
  private volatile long version;

  private record AttachedTo(int table, AttachmentKind kind) {}

  /** Told after each change, on the thread that applied it; must not block. */
  public interface Listener {
    void topologyChanged(TopologyChange change);
  }

  public long version() {
    return version;
  }

  public @Nullable Table table(int id) {
    return tables.get(id);
  }

  public @Nullable Table table(String name) {
    return tablesByName.get(name);
  }

  public @Nullable NodeInfo node(int id) {
    return nodes.get(id);
  }

  public Collection<Table> tables() {
    return Collections.unmodifiableCollection(tables.values());
  }

  public Collection<NodeInfo> nodes() {
    return Collections.unmodifiableCollection(nodes.values());
  }

  /** What is attached to a table; the empty set also for a table that is not known. */
  public AttachmentSet attachments(int table, AttachmentKind kind) {
    return attachments.getOrDefault(new AttachedTo(table, kind), AttachmentSet.EMPTY);
  }

  /** Everything, as a snapshot tells it. */
  public List<AttachmentsChange> attachments() {
    return attachments.entrySet().stream()
        .map(set -> new AttachmentsChange(set.getKey().table(), set.getKey().kind(), set.getValue().version(),
            List.copyOf(set.getValue().all()), List.of()))
        .toList();
  }

  public void listen(Listener listener) {
    listeners.add(listener);
  }

  /** Applies a change. An older one than what is known already is ignored: streams may repeat themselves. */
  public synchronized void apply(TopologyChange change) {
    if (!change.snapshot() && change.version() <= version) {
      return;
    }
    if (change.snapshot()) {
      Set<Integer> named = change.tables().stream().map(Table::id).collect(Collectors.toSet());
      tables.keySet().stream().filter(id -> !named.contains(id)).forEach(this::remove);
      nodes.clear();
      replaceAttachments(change.attachments());
    }
    change.nodes().forEach(node -> nodes.put(node.id(), node));
    change.removedNodes().forEach(nodes::remove);
    change.removedTables().forEach(this::remove);
    // Before the tables: a table that a client finds has its users.
    if (!change.snapshot()) {
      change.attachments().forEach(this::attach);
    }
    change.tables().forEach(this::put);
    version = change.version();
    listeners.forEach(listener -> listener.topologyChanged(change));
  }

  private void attach(AttachmentsChange change) {
    attachments.merge(new AttachedTo(change.table(), change.kind()), after(AttachmentSet.EMPTY, change),
        (before, alone) -> after(before, change));
  }

  private static AttachmentSet after(AttachmentSet before, AttachmentsChange change) {
    return before.with(change.version(), change.puts(), change.removed());
  }

  /** A set may come in several pieces. No reader misses one that stays. */
  private void replaceAttachments(List<AttachmentsChange> pieces) {
    Map<AttachedTo, AttachmentSet> whole = new HashMap<>();
    for (AttachmentsChange piece : pieces) {
      whole.merge(new AttachedTo(piece.table(), piece.kind()), after(AttachmentSet.EMPTY, piece),
          (before, alone) -> after(before, piece));
    }
    attachments.keySet().retainAll(whole.keySet());
    attachments.putAll(whole);
  }

  /** The new entry is there before the old name goes: a reader never misses a table that exists. */
  private void put(Table table) {
    Table previous = tables.put(table.id(), table);
    tablesByName.put(table.name(), table);
    if (previous != null && !previous.name().equals(table.name())) {
      tablesByName.remove(previous.name(), previous);
    }
  }

  /** By value, because a table that was dropped or renamed may have left its name to another one. */
  private void remove(int id) {
    for (AttachmentKind kind : AttachmentKind.values()) {
      attachments.remove(new AttachedTo(id, kind));
    }
    Table table = tables.remove(id);
    if (table != null) {
      tablesByName.remove(table.name(), table);
    }
  }
}
