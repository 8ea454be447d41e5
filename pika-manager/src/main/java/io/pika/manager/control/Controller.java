package io.pika.manager.control;

import io.pika.core.meta.MetadataException;
import io.pika.manager.plan.Failover;
import io.pika.manager.plan.Plan;
import io.pika.manager.plan.Planner;
import io.pika.manager.state.Change;
import io.pika.manager.state.ClusterState;
import io.pika.manager.state.Decider;
import io.pika.manager.state.Decision;
import io.pika.manager.state.Draft;
import io.pika.manager.state.JobRecord;
import io.pika.manager.state.Refusal;
import io.pika.manager.state.Request;
import io.pika.manager.store.StateStore;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one loop of a term: takes requests and planned steps, decides them, writes what comes of them in as few
 * transactions as fit, and only then changes the state, tells the nodes and answers. Requests may be handed in by
 * any thread; all the rest happens on the thread that runs the loop.
 */
public final class Controller {
  private static final Logger LOG = LoggerFactory.getLogger(Controller.class);
  private static final int QUEUED_REQUESTS = 4096;
  /** A transaction is written before one more decision could make it too big. */
  private static final int FULL_DRAFT = 64;
  private static final long FULL_DRAFT_BYTES = 256 << 10;
  /** Steps of one plan; the rest is planned again, so that requests do not wait for long. */
  private static final int STEPS_A_PASS = 256;
  private static final long TICK_MS = 100;
  private static final long TROUBLE_PAUSE_MS = 1000;

  private final ClusterState state;
  private final StateStore store;
  private final Nodes nodes;
  private final Planner.Rules rules;
  private final LongSupplier nowMs;
  private final ArrayBlockingQueue<Submission> queue = new ArrayBlockingQueue<>(QUEUED_REQUESTS);
  private final Semaphore work = new Semaphore(0);
  private final ReentrantLock jobsLock = new ReentrantLock();
  private final Condition jobsChanged = jobsLock.newCondition();
  private volatile Map<Long, String> waiting = Map.of();
  private volatile Failover.Outcome failover = Failover.Outcome.NOTHING;
  /** Topology version that the last look at all tables was made by; used by the loop only. */
  private long failoverVersion = -1;
  private volatile boolean stopped;

  /** @param done completed with the decision when it is durable, or with a MetadataException */
  private record Submission(Request request, CompletableFuture<Decision> done) {}

  private record Decided(Submission submission, Decision decision) {}

  /** What goes to nodes and comes from them, and what people say about it. */
  public record Nodes(TopologyFeed feed, NodeReports reports, NodeOrders orders, Overrides overrides) {}

  public Controller(ClusterState state, StateStore store, Nodes nodes, Planner.Rules rules,
      LongSupplier nowMs) {
    this.state = state;
    this.store = store;
    this.nodes = nodes;
    this.rules = rules;
    this.nowMs = nowMs;
  }

  /** Hands in a request. Refused at once when too many wait already. */
  public CompletableFuture<Decision> submit(Request request) {
    CompletableFuture<Decision> done = new CompletableFuture<>();
    if (stopped) {
      done.completeExceptionally(over());
    } else if (queue.offer(new Submission(request, done))) {
      work.release();
      if (stopped) {
        refuseQueued();
      }
    } else {
      done.complete(new Decision.Rejected(new Refusal(Refusal.Kind.UNAVAILABLE, "busy",
          "the manager has " + QUEUED_REQUESTS + " requests waiting", "try again in a second")));
    }
    return done;
  }

  /** Says that there may be something to plan. */
  public void wake() {
    work.release();
  }

  /** What a job that stands still waits for; null when it does not, or is over. */
  public @Nullable String waiting(long job) {
    return waiting.get(job);
  }

  /** Waits until a job is over, at most so long; null when there is no such job. */
  public @Nullable JobRecord await(long job, Duration timeout) throws InterruptedException {
    long left = timeout.toNanos();
    jobsLock.lock();
    try {
      JobRecord now = state.job(job);
      while (now != null && now.isRunning() && left > 0 && !stopped) {
        left = jobsChanged.awaitNanos(left);
        now = state.job(job);
      }
      return now;
    } finally {
      jobsLock.unlock();
    }
  }

  private void tellWaiters() {
    jobsLock.lock();
    try {
      jobsChanged.signalAll();
    } finally {
      jobsLock.unlock();
    }
  }

  /** Until it is stopped, or somebody else leads. */
  void run() throws StateStore.Deposed, InterruptedException {
    try {
      while (!stopped) {
        boolean calm;
        try {
          calm = !pass();
        } catch (MetadataException trouble) {
          endUnlessPassing(trouble);
          LOG.warn("cannot write: {}; trying again in {} ms", trouble.getMessage(), TROUBLE_PAUSE_MS);
          work.drainPermits();
          work.tryAcquire(TROUBLE_PAUSE_MS, TimeUnit.MILLISECONDS);
          continue;
        }
        if (calm && queue.isEmpty()) {
          work.tryAcquire(TICK_MS, TimeUnit.MILLISECONDS);
          work.drainPermits();
        }
      }
    } finally {
      stop();
    }
  }

  private static void endUnlessPassing(MetadataException trouble) {
    switch (trouble.kind()) {
      case UNAVAILABLE -> {
      }
      case OUTCOME_UNKNOWN, COMPACTED, LEASE_LOST, CLOSED -> throw trouble;
    }
  }

  void stop() {
    stopped = true;
    work.release();
    tellWaiters();
    refuseQueued();
  }

  private void refuseQueued() {
    for (Submission left = queue.poll(); left != null; left = queue.poll()) {
      left.done().completeExceptionally(over());
    }
  }

  private static MetadataException over() {
    return new MetadataException(MetadataException.Kind.UNAVAILABLE, "this manager does not lead any more");
  }

  /** One round; says whether it changed something. */
  boolean pass() throws StateStore.Deposed {
    List<Submission> batch = new ArrayList<>();
    queue.drainTo(batch);
    boolean changed = carryOut(batch);
    changed |= failOver();
    Plan plan = Planner.plan(state, state.runningJobs(), id -> state.tables().tailMap(id, false).values(),
        nodes.reports().now(), rules);
    waiting = plan.waiting();
    List<Submission> steps = plan.steps().stream().limit(STEPS_A_PASS)
        .map(step -> new Submission(step, new CompletableFuture<>())).toList();
    return carryOut(steps) || changed;
  }

  /**
   * A node whose leadership ends gets no lease any more before that is written down, and gets one again only when what it
   * led is somebody's for sure.
   */
  private boolean failOver() throws StateStore.Deposed {
    if (isCalm()) {
      return false;
    }
    failoverVersion = state.counters().topologyVersion();
    Failover.Outcome outcome = Failover.plan(state, state.replicatedTables(), nodes.reports().now(),
        nodes.orders(), nodes.overrides());
    failover = outcome;
    nodes.reports().fence(outcome.unfenced(), state.counters().topologyVersion());
    List<Submission> steps = outcome.steps().stream()
        .filter(step -> !(step instanceof Request.Depose depose) || nodes.reports().endLease(depose.node()))
        .map(step -> new Submission(step, new CompletableFuture<>())).toList();
    boolean changed = carryOut(steps);
    outcome.asks().forEach(nodes.orders()::ask);
    if (outcome.isCalm()) {
      nodes.orders().forgetAnswers();
    }
    return changed;
  }

  /** All tables are looked at only when something has changed since there was nothing to do, or a leader is silent. */
  private boolean isCalm() {
    return failover.isCalm() && failoverVersion == state.counters().topologyVersion()
        && failover.leaders().stream().noneMatch(leader -> nodes.reports().of(leader).leaseIsOver());
  }

  /** Slots that nobody leads, as of the last round. */
  public Failover.Outcome failover() {
    return failover;
  }

  public Overrides overrides() {
    return nodes.overrides();
  }

  private boolean carryOut(List<Submission> submissions) throws StateStore.Deposed {
    boolean changed = false;
    Draft draft = new Draft(state);
    List<Decided> decided = new ArrayList<>();
    int next = 0;
    try {
      while (next < submissions.size()) {
        Submission submission = submissions.get(next);
        Decision decision = Decider.decide(draft, submission.request(), nowMs.getAsLong());
        boolean fits = draft.isEmpty() || fits(draft, decision);
        if (fits) {
          decided.add(new Decided(submission, decision));
          if (decision instanceof Decision.Accepted accepted) {
            draft.add(accepted.changes());
          }
          next++;
        }
        if (!fits || draft.size() >= FULL_DRAFT || next == submissions.size()) {
          changed |= write(draft);
          decided.forEach(one -> one.submission().done().complete(one.decision()));
          decided.clear();
          draft = new Draft(state);
        }
      }
      return changed;
    } catch (StateStore.Deposed | RuntimeException failure) {
      RuntimeException answer = failure instanceof RuntimeException known ? known : over();
      decided.forEach(one -> one.submission().done().completeExceptionally(answer));
      submissions.subList(next, submissions.size()).forEach(one -> one.done().completeExceptionally(answer));
      throw failure;
    }
  }

  /** Whether both go into one transaction; else the decision is made again on an empty draft. */
  private static boolean fits(Draft draft, Decision decision) {
    if (!(decision instanceof Decision.Accepted accepted)) {
      return true;
    }
    long bytes = draft.bytes();
    for (Change change : accepted.changes()) {
      bytes += change instanceof Change.AttachmentPut put ? put.attachment().content().size() : 0;
    }
    return draft.size() + accepted.changes().size() <= StateStore.MAX_CHANGES && bytes <= FULL_DRAFT_BYTES;
  }

  /** Durable first, known then. */
  private boolean write(Draft draft) throws StateStore.Deposed {
    List<Change> changes = draft.changes();
    if (changes.isEmpty()) {
      return false;
    }
    store.commit(changes);
    changes.forEach(state::evolve);
    for (Change change : changes) {
      switch (change) {
        case Change.JobPut put -> LOG.info("job {} {} {} ({}): {}", put.job().id(), put.job().kind(),
            put.job().name(), put.job().status(), put.job().step().text());
        case Change.NodePut put -> LOG.info("node {} is at {}:{}", put.node().id(), put.node().info().host(),
            put.node().info().clientPort());
        case Change.NodeGone gone -> {
          nodes.reports().forget(gone.id());
          nodes.orders().forget(gone.id());
        }
        case Change.TablePut put -> {
        }
        case Change.TableGone gone -> {
        }
        case Change.AttachmentPut put -> {
        }
        case Change.AttachmentGone gone -> {
        }
        case Change.JobGone gone -> {
        }
        case Change.TokenPut put ->
          LOG.info("token {} ({}, {}) was made", put.token().id(), put.token().name(),
              put.token().role());
        case Change.TokenGone gone -> LOG.info("token {} was revoked", gone.id());
        case Change.ClusterPut put -> {
        }
        case Change.CountersPut put -> {
        }
      }
    }
    nodes.feed().publish(changes, state);
    tellWaiters();
    return true;
  }
}
