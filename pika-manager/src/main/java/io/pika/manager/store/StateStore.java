package io.pika.manager.store;

import io.pika.core.bytes.Bytes;
import io.pika.core.meta.Compare;
import io.pika.core.meta.Entry;
import io.pika.core.meta.MetadataStore;
import io.pika.core.meta.RangeResult;
import io.pika.core.meta.Transaction;
import io.pika.core.meta.TransactionResult;
import io.pika.core.meta.Write;
import io.pika.manager.state.AttachmentKey;
import io.pika.manager.state.Change;
import io.pika.manager.state.ClusterState;
import java.util.List;
import java.util.function.Consumer;

/**
 * The state of one term of leadership in the metadata store: read once, then only written. Every write is one
 * transaction that fails when somebody else leads, or has written since.
 */
public final class StateStore {
  /** Records of one transaction; what is left of the store's bound is for the compares. */
  public static final int MAX_CHANGES = MetadataStore.MAX_OPERATIONS - 8;

  private final MetadataStore store;
  private final Compare leads;
  private long countersRevision;

  /** Somebody else leads, or has changed the state: what this term knows is worth nothing any more. */
  public static final class Deposed extends Exception {
    private static final long serialVersionUID = 1L;

    Deposed() {
      super("another manager leads or has written; this one begins anew");
    }
  }

  /** The directory has a layout that this version does not know. */
  public static final class UnknownLayout extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnknownLayout(String key) {
      super("the metadata store has the key " + key
          + ", which only a newer version of the manager can have written; start that version");
    }
  }

  /** @param leads the guard of the leadership under which this term writes */
  public StateStore(MetadataStore store, Compare leads) {
    this.store = store;
    this.leads = leads;
  }

  /** Builds the state from everything that is in the store. */
  public ClusterState load() {
    RangeResult all = store.range(Layout.EVERY_LAYOUT, 0);
    ClusterState state = new ClusterState();
    countersRevision = 0;
    for (Entry entry : all.entries()) {
      if (entry.key().equals(Layout.COUNTERS)) {
        countersRevision = entry.modRevision();
      }
      evolve(entry, state::evolve);
    }
    return state;
  }

  private static void evolve(Entry entry, Consumer<Change> state) {
    String key = entry.key().utf8();
    Bytes value = entry.value();
    if (key.startsWith(Layout.TABLE)) {
      state.accept(new Change.TablePut(Records.table(value)));
    } else if (key.startsWith(Layout.ATTACHMENT)) {
      AttachmentKey attached = Layout.attachmentKey(key);
      if (attached == null) {
        throw new UnknownLayout(key);
      }
      state.accept(new Change.AttachmentPut(attached, Records.attachment(value)));
    } else if (key.startsWith(Layout.NODE)) {
      state.accept(new Change.NodePut(Records.node(value)));
    } else if (key.startsWith(Layout.JOB)) {
      state.accept(new Change.JobPut(Records.job(value)));
    } else if (key.startsWith(Layout.TOKEN)) {
      state.accept(new Change.TokenPut(Records.token(value)));
    } else if (entry.key().equals(Layout.CLUSTER)) {
      state.accept(new Change.ClusterPut(Records.cluster(value)));
    } else if (entry.key().equals(Layout.COUNTERS)) {
      state.accept(new Change.CountersPut(Records.counters(value)));
    } else if (!key.startsWith(Layout.ELECTION)) {
      throw new UnknownLayout(key);
    }
  }

  /** Durable when it returns; the changes end with the counters. */
  public void commit(List<Change> changes) throws Deposed {
    List<Write> writes = changes.stream().map(Layout::write).toList();
    TransactionResult result = store.commit(
        new Transaction(List.of(leads, new Compare.ModRevision(Layout.COUNTERS, countersRevision)), writes));
    if (!result.committed()) {
      throw new Deposed();
    }
    countersRevision = result.revision();
  }
}
