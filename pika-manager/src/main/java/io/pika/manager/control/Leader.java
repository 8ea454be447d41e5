package io.pika.manager.control;

import io.pika.core.bytes.Bytes;
import io.pika.core.meta.Election;
import io.pika.core.meta.Lease;
import io.pika.core.meta.MetadataException;
import io.pika.core.meta.MetadataStore;
import io.pika.manager.plan.Planner;
import io.pika.manager.state.ClusterState;
import io.pika.manager.state.Request;
import io.pika.manager.store.Layout;
import io.pika.manager.store.StateStore;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stands for election, leads while its lease lasts, and begins anew from the store when it does not: one term after
 * another, each with a state of its own. Over the embedded store there is no rival, and the first term is the only
 * one.
 */
public final class Leader implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Leader.class);
  private static final long RETRY_MS = 1000;

  private final MetadataStore store;
  private final Options options;
  private final Sources sources;
  private final Consumer<String> fatal;
  private final Thread thread;
  private final CountDownLatch stopped = new CountDownLatch(1);
  private volatile @Nullable Term term;

  /**
   * @param name what this candidate is called, for others to find it
   * @param electionLease how long after its silence somebody else may lead
   */
  public record Options(String name, Duration electionLease, Duration nodeLease, Duration nodeDead,
      Planner.Rules rules) {}

  /** Time and chance. */
  public record Sources(LongSupplier nowMs, LongSupplier nanoTime,
      Supplier<String> newId) {}

  /** @param fatal told, once, when the store can do nothing more: the process has to end */
  public Leader(MetadataStore store, Options options, Sources sources, Consumer<String> fatal) {
    this.store = store;
    this.options = options;
    this.sources = sources;
    this.fatal = fatal;
    this.thread = Thread.ofPlatform().name("leader").unstarted(this::run);
  }

  public void start() {
    thread.start();
  }

  /** Null while somebody else leads, or nobody. */
  public @Nullable Term term() {
    return term;
  }

  /**
   * Steps down, so that the next one need not wait. A term is asked to end, not interrupted: an interrupt in the
   * middle of a write closes the file under it.
   */
  @Override
  public void close() {
    stopped.countDown();
    Term current = term;
    if (current != null) {
      current.controller().stop();
    }
    try {
      if (!thread.join(Duration.ofSeconds(2))) {
        thread.interrupt();
        thread.join(Duration.ofSeconds(3));
      }
    } catch (InterruptedException impatient) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    while (stopped.getCount() > 0) {
      try {
        lead();
      } catch (InterruptedException asked) {
        return;
      } catch (StateStore.Deposed deposed) {
        LOG.warn("{}", deposed.getMessage());
      } catch (StateStore.UnknownLayout newer) {
        fatal.accept(newer.getMessage());
        return;
      } catch (MetadataException trouble) {
        if (trouble.kind() == MetadataException.Kind.CLOSED) {
          if (stopped.getCount() > 0) {
            fatal.accept(trouble.getMessage());
          }
          return;
        }
        LOG.warn("not leading: {}", trouble.getMessage());
      } catch (RuntimeException bug) {
        LOG.error("the term ended by a bug; the next one begins from the store", bug);
      }
      if (!pause()) {
        return;
      }
    }
  }

  private boolean pause() {
    try {
      return !stopped.await(RETRY_MS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException asked) {
      return false;
    }
  }

  private void lead() throws InterruptedException, StateStore.Deposed {
    LeaseKeeper keeper = new LeaseKeeper(store.grant(options.electionLease()));
    Thread keeping = Thread.ofVirtual().name("lease").start(keeper::keep);
    try {
      Election.Leadership leadership = new Election(store, Layout.ELECTION).campaign(keeper.lease,
          Bytes.of(options.name()));
      StateStore states = new StateStore(store, leadership.guard());
      ClusterState state = states.load();
      TopologyFeed feed = new TopologyFeed(state);
      NodeReports reports = new NodeReports(sources.nanoTime(), options.nodeLease(), options.nodeDead(),
          state.counters().topologyVersion());
      NodeOrders orders = new NodeOrders(sources.nanoTime());
      Controller controller = new Controller(state, states, new Controller.Nodes(feed, reports, orders,
          new Overrides(sources.nanoTime())), options.rules(), sources.nowMs());
      keeper.onLoss = controller::stop;
      if (!keeper.holds) {
        return;
      }
      controller.submit(new Request.FoundCluster(sources.newId().get()));
      controller.pass();
      LOG.info("leading cluster {} with {} tables, {} nodes, topology version {}",
          state.cluster().clusterId(),
          state.tables().size(), state.nodes().size(), state.counters().topologyVersion());
      term = new Term(state, controller, feed, reports, orders);
      try {
        controller.run();
      } finally {
        term = null;
        feed.close();
        orders.close();
      }
    } finally {
      keeping.interrupt();
      keeper.release();
    }
  }

  /** Keeps the lease alive, and says when it is lost by this process's own clock. */
  private final class LeaseKeeper {
    private final Lease lease;
    private final long ttlMs = options.electionLease().toMillis();
    private volatile boolean holds = true;
    private volatile Runnable onLoss = () -> {};

    LeaseKeeper(Lease lease) {
      this.lease = lease;
    }

    void keep() {
      long sureUntil = sources.nanoTime().getAsLong() + TimeUnit.MILLISECONDS.toNanos(ttlMs);
      try {
        while (holds) {
          if (stopped.await(ttlMs / 3, TimeUnit.MILLISECONDS)) {
            return;
          }
          long begun = sources.nanoTime().getAsLong();
          if (renew()) {
            sureUntil = begun + TimeUnit.MILLISECONDS.toNanos(ttlMs);
          } else {
            holds = holds && sureUntil - sources.nanoTime().getAsLong() > 0;
          }
        }
      } catch (InterruptedException termIsOver) {
        return;
      }
      onLoss.run();
    }

    /** False when it is not known to run on; a lease that is over for good is let go at once. */
    private boolean renew() {
      try {
        boolean kept = lease.keepAlive();
        holds = kept;
        return kept;
      } catch (MetadataException trouble) {
        LOG.warn("could not renew the lease: {}", trouble.getMessage());
        return false;
      }
    }

    void release() {
      try {
        lease.revoke();
      } catch (MetadataException gone) {
        LOG.debug("the lease ends by itself: {}", gone.getMessage());
      }
    }
  }
}
