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
  private volatile @Nullable Held held;
  private volatile String rival = "";

  /** A term and what says whether it still is one. */
  private record Held(Term term, LeaseKeeper lease) {}

  /**
   * @param name the address of this manager's REST API, where others send who wants the one that leads
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

  /**
   * Null while somebody else leads, or nobody, or somebody else may: a process that was stopped or cannot reach the store knows
   * by its clock. So whatever is answered out of a term was asked for while no other manager led.
   */
  public @Nullable Term term() {
    Held now = held;
    return now != null && now.lease().isSure() ? now.term() : null;
  }

  /** The name of the manager that leads as far as this one knows; empty when it is itself, or nobody. */
  public String rival() {
    return rival;
  }

  /**
   * Steps down, so that the next one need not wait. A term is asked to end, not interrupted: an interrupt in the
   * middle of a write closes the file under it.
   */
  @Override
  public void close() {
    stopped.countDown();
    Held current = held;
    if (current != null) {
      current.term().controller().stop();
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
      rival = "";
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
    long begun = sources.nanoTime().getAsLong();
    Lease lease = store.grant(options.electionLease());
    LeaseKeeper keeper = new LeaseKeeper(lease, options.electionLease(), sources.nanoTime(), begun);
    Thread keeping = Thread.ofVirtual().name("lease").start(keeper::keep);
    try {
      Election.Leadership leadership = new Election(store, Layout.ELECTION).campaign(lease,
          Bytes.of(options.name()), leads -> follow(leads.utf8()));
      rival = "";
      StateStore states = new StateStore(store, leadership.guard());
      ClusterState state = states.load();
      TopologyFeed feed = new TopologyFeed(state);
      NodeReports reports = new NodeReports(sources.nanoTime(), options.nodeLease(), options.nodeDead(),
          state.counters().topologyVersion());
      NodeOrders orders = new NodeOrders(sources.nanoTime());
      Controller controller = new Controller(state, states, new Controller.Nodes(feed, reports, orders,
          new Overrides(sources.nanoTime())), options.rules(), sources.nowMs());
      keeper.whenLost(controller::stop);
      controller.submit(new Request.FoundCluster(sources.newId().get()));
      controller.pass();
      LOG.info("leading cluster {} with {} tables, {} nodes, topology version {}",
          state.cluster().clusterId(),
          state.tables().size(), state.nodes().size(), state.counters().topologyVersion());
      held = new Held(new Term(state, controller, feed, reports, orders), keeper);
      try {
        controller.run();
      } finally {
        held = null;
        feed.close();
        orders.close();
      }
      if (stopped.getCount() > 0) {
        LOG.warn("stepping down: the lease at the metadata store was not renewed in time");
      }
    } finally {
      keeping.interrupt();
      release(lease);
    }
  }

  private void follow(String leads) {
    if (!leads.equals(rival)) {
      LOG.info("standing by: the manager at {} leads", leads);
    }
    rival = leads;
  }

  private static void release(Lease lease) {
    try {
      lease.revoke();
    } catch (MetadataException gone) {
      LOG.debug("the lease ends by itself: {}", gone.getMessage());
    }
  }
}
