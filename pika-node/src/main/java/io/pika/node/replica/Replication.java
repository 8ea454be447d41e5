package io.pika.node.replica;

import io.netty.buffer.ByteBuf;
import io.pika.core.rpc.TableReplicas;
import io.pika.core.topology.Topology;
import io.pika.core.topology.TopologyChange;
import io.pika.node.control.TopologyLeadership;
import io.pika.node.copy.CopyRate;
import io.pika.node.history.SlotPosition;
import io.pika.node.log.LogSearch.Slot;
import io.pika.node.log.NodeLog;
import io.pika.node.store.Following;
import io.pika.node.store.Store;
import io.pika.proxy.peer.PeerStream;
import io.pika.proxy.peer.PeerStreams;
import io.pika.proxy.peer.PeerTimer;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This node's replicas of slots: follows the nodes that lead them, and ships the log to the nodes that follow this one. What it does
 * is what the topology says.
 */
public final class Replication implements PeerStream.Acceptor, Topology.Listener, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Replication.class);

  private final Topology topology;
  private final Epochs epochs;
  private final NodeLog log;
  private final Slots slots;
  private final PeerStreams peers;
  private final StepReport report;
  private final DivergedTails tails;
  private final CopyRate copyRate;
  private final CopyServer copies;
  private final Copier copier;
  private volatile long logBytes;
  private final Map<Integer, Follower> followers = new HashMap<>();
  private final Shipments shipments = new Shipments();
  private final Acknowledgements acknowledgements;
  private final LongAdder diverged = new LongAdder();
  private final LongAdder divergedRecords = new LongAdder();
  private final LongAdder different = new LongAdder();
  private boolean running;

  /**
   * Counts of slots, once for each other replica.
   *
   * @param followed of other nodes
   * @param needCopy of these: cannot go on from their leaders' logs
   * @param shipped replicas on other nodes of what this one leads
   * @param inStep of these: have, or are about to have, the newest records
   * @param diverged times that a replica here had records which its leader has not, since the start
   * @param divergedRecords of those, records
   * @param copying slots that wait for a copy of their leader's, or get it
   * @param copied slots that got one, since the start
   * @param copiesFailed tries that came to nothing, and were made again
   * @param copiedBytes of contents, that came and went
   * @param different times that a replica here had its leader's position and other contents, since the start
   */
  public record Stats(int followed, int needCopy, int shipped, int inStep, long diverged,
      long divergedRecords, int copying, long copied, long copiesFailed, long copiedBytes,
      long different) {}

  /**
   * @param directory of the node, where a place for what diverged is made
   * @param acksTimeout how long a reply waits for followers
   */
  public Replication(int self, Topology topology, TopologyLeadership leadership, Store store,
      PeerStreams peers, PeerTimer timer, Path directory, Supplier<Duration> acksTimeout) {
    this.topology = topology;
    this.epochs = new Epochs(topology, leadership, self);
    this.log = store.log();
    this.slots = Slots.of(new Following(store));
    this.peers = peers;
    this.acknowledgements = new Acknowledgements(self, topology, acksTimeout, timer, shipments);
    this.report = new StepReport(self, log::endPosition, shipments);
    this.tails = new DivergedTails(directory.resolve("diverged"), log);
    this.copyRate = new CopyRate(0, System::nanoTime);
    this.copies = new CopyServer(store, epochs::leadingOf, copyRate);
    this.copier = new Copier(store, topology, epochs, peers, this::copied);
  }

  /** Begins to follow. Others may follow this node from before. */
  public void start() {
    topology.listen(this);
    synchronized (followers) {
      running = true;
    }
    keepLog();
    copier.start();
    follow();
  }

  /** Bytes a second that copies from here take together; 0: no bound. */
  public void copyRate(long bytesPerSecond) {
    copyRate.set(bytesPerSecond);
  }

  /** So much of the log is kept for followers, while there are any, or this node may lead them one day. */
  public void keepLog(long bytes) {
    logBytes = bytes;
    keepLog();
  }

  private void keepLog() {
    log.keep(epochs.hasReplicas() ? logBytes : 0);
  }

  @Override
  public void topologyChanged(TopologyChange change) {
    keepLog();
    shipments.all().forEach(Shipment::leadershipChanged);
    follow();
  }

  private void follow() {
    Set<Integer> leaders = epochs.leaders();
    synchronized (followers) {
      if (!running) {
        return;
      }
      Iterator<Map.Entry<Integer, Follower>> known = followers.entrySet().iterator();
      while (known.hasNext()) {
        Map.Entry<Integer, Follower> follower = known.next();
        if (!leaders.contains(follower.getKey())) {
          follower.getValue().stop();
          known.remove();
        }
      }
      for (int leader : leaders) {
        followers.computeIfAbsent(leader, this::followerOf).changed();
      }
    }
  }

  private Follower followerOf(int leader) {
    Follower follower = new Follower(leader, topology, epochs, log, slots, this::needsCopy, peers);
    follower.start();
    return follower;
  }

  private void needsCopy(Copies.Need need) {
    say(need);
    copier.want(need.slot(), need.leader(), need.epoch());
  }

  private void copied(int leader, Slot slot) {
    synchronized (followers) {
      Follower follower = followers.get(leader);
      if (follower != null) {
        follower.copied(slot);
      }
    }
  }

  private void say(Copies.Need need) {
    String slot = "table " + need.slot().table() + " slot " + need.slot().slot();
    switch (need.reason()) {
      case DIVERGED -> keepTail(need, slot);
      case LOG_TOO_SHORT ->
        LOG.info(
            "The replica of {} is so far behind that the log of node {} does not reach back to it; it is copied"
                + " anew",
            slot, need.leader());
      case DIFFERENT -> {
        different.increment();
        LOG.error(
            "The replica of {} has the position of its leader, node {}, and other contents; it is"
                + " copied anew",
            slot, need.leader());
      }
      case IN_COPY ->
        LOG.info("The replica of {} was being copied; that begins anew, from node {}", slot, need.leader());
      case NOT_LED -> throw new IllegalArgumentException("that is no reason to copy");
    }
  }

  private void keepTail(Copies.Need need, String slot) {
    diverged.increment();
    try {
      SlotPosition here = slots.position(need.slot());
      DivergedTails.Kept kept = tails.keep(need.slot(), here, need.common());
      divergedRecords.add(here.newest().index() - need.common());
      LOG.warn(
          "The replica of {} has {} records that its leader, node {}, has not; {} of them are kept in {}. It is"
              + " copied anew",
          slot, here.newest().index() - need.common(), need.leader(), kept.records(),
          kept.file());
    } catch (IOException e) {
      LOG.error(
          "The records of {} that only this node has could not be written to a file; they are in the log",
          slot, e);
    }
  }

  @Override
  public PeerStream.Receiver accept(int node, PeerStream stream) {
    return new FirstWord(node, stream);
  }

  /** What a stream is for shows in its first message. */
  private final class FirstWord implements PeerStream.Receiver {
    private final int node;
    private final PeerStream stream;
    private PeerStream.@Nullable Receiver then;

    FirstWord(int node, PeerStream stream) {
      this.node = node;
      this.stream = stream;
    }

    @Override
    public void received(ByteBuf message) {
      PeerStream.Receiver receiver = then;
      if (receiver == null) {
        receiver = CopyMessage.isFirst(message) ? copies.accept(node, stream) : ship(node, stream);
        then = receiver;
      }
      receiver.received(message);
    }

    @Override
    public void closed() {
      if (then != null) {
        then.closed();
      }
    }
  }

  private Shipment ship(int node, PeerStream stream) {
    Shipment shipment = new Shipment(node, log, slots, epochs.leadingOf(node), stream,
        acknowledgements::settle,
        shipments::remove);
    shipments.add(shipment);
    shipment.start();
    return shipment;
  }

  /** What a heartbeat says of the replicas. One thread. */
  public List<TableReplicas> report() {
    return report.next(epochs.kept());
  }

  /** What replies wait for in tables that ask for followers. */
  public Acknowledgements acknowledgements() {
    return acknowledgements;
  }

  public Stats stats() {
    return new Stats(count(FollowerStream::following), count(FollowerStream::needCopy),
        shipments.sum(LeaderStream::subscribed), shipments.sum(LeaderStream::inStep),
        diverged.sum(), divergedRecords.sum(), copier.stats().waiting(), copier.stats().copied(),
        copier.stats().failed(), copier.stats().bytes() + copies.bytes(), different.sum());
  }

  private int count(ToIntFunction<FollowerStream> of) {
    synchronized (followers) {
      int sum = 0;
      for (Follower follower : followers.values()) {
        FollowerStream stream = follower.stream();
        sum += stream == null ? 0 : of.applyAsInt(stream);
      }
      return sum;
    }
  }

  /** Nothing is taken or shipped any more when it returns. */
  @Override
  public void close() throws InterruptedException {
    Map<Integer, Follower> known;
    synchronized (followers) {
      running = false;
      known = Map.copyOf(followers);
      followers.clear();
    }
    shipments.all().forEach(Shipment::close);
    known.values().forEach(Follower::stop);
    for (Follower follower : known.values()) {
      follower.awaitEnd();
    }
    copies.close();
    copier.close();
  }
}
