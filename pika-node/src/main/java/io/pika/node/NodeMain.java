package io.pika.node;

import io.pika.core.settings.NodeMemory;
import io.pika.core.settings.ProcessArguments.Switch;
import io.pika.core.settings.ProcessArguments;
import io.pika.core.settings.Settings;
import io.pika.core.topology.Topology;
import io.pika.node.control.ControlPlane;
import io.pika.node.control.Lease;
import io.pika.node.control.ManagerClient;
import io.pika.node.control.ManagerRefusal;
import io.pika.node.control.NodeAddress;
import io.pika.node.control.Promises;
import io.pika.node.control.TopologyCache;
import io.pika.node.control.TopologyLeadership;
import io.pika.node.engine.Expirer;
import io.pika.node.engine.SlotExecutor;
import io.pika.node.engine.Workers;
import io.pika.node.log.LogOptions;
import io.pika.node.replica.Replication;
import io.pika.node.server.NodeAdmin;
import io.pika.node.server.NodeServer;
import io.pika.node.server.NodeVersion;
import io.pika.node.server.ProcessMemory;
import io.pika.node.settings.NodeSettings;
import io.pika.node.store.Store;
import io.pika.node.store.StoreException;
import io.pika.node.store.StoreOptions;
import io.pika.proxy.peer.ClusterSecret;
import io.pika.proxy.peer.PeerOptions;
import io.pika.proxy.peer.PeerPool;
import io.pika.proxy.peer.PeerServer;
import io.pika.proxy.peer.PeerStreams;
import io.pika.proxy.peer.PeerTransport;
import io.pika.proxy.peer.WheelTimer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The node's process: reads settings, opens the store, joins the cluster, serves. What is opened is closed in the
 * reverse order, at SIGTERM as well as when the start fails half-way.
 */
public final class NodeMain implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(NodeMain.class);
  private static final Switch ACCEPT_LOG_DAMAGE = new Switch("--accept-log-damage",
      "Go on although the log is damaged: it is cut at the damage, what follows is kept in side files. Loses data.");
  private static final Duration MANAGER_DEADLINE = Duration.ofSeconds(3);
  /** Most that the event loops' last work may take; clients and peers are gone by then. */
  private static final long STOP_MS = 2_000;
  private static final int MAX_LOOPS = 4;
  private static final int MAX_WORKERS = 8;

  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  public static void main(String[] arguments) throws InterruptedException {
    switch (ProcessArguments.parse(arguments, NodeSettings.SPEC, NodeVersion.TEXT, ACCEPT_LOG_DAMAGE)) {
      case ProcessArguments.Outcome.Say(String text, int exitCode) -> {
        (exitCode == ExitCode.OK ? System.out : System.err).println(text);
        System.exit(exitCode);
      }
      case ProcessArguments.Outcome.Run(Settings settings, List<Switch> switches) ->
        System.exit(run(settings, switches.contains(ACCEPT_LOG_DAMAGE)));
    }
  }

  /** Serves until the process is told to stop. */
  private static int run(Settings settings, boolean acceptLogDamage) throws InterruptedException {
    Logging.configure(settings);
    CountDownLatch stop = new CountDownLatch(1);
    CountDownLatch stopped = new CountDownLatch(1);
    Thread main = Thread.currentThread();
    Runtime.getRuntime().addShutdownHook(Thread.ofPlatform().name("stop").unstarted(() -> {
      if (stopped.getCount() > 0) {
        LOG.info("told to stop");
        stop.countDown();
        main.interrupt();
        awaitQuietly(stopped);
      }
    }));
    try (NodeMain node = new NodeMain()) {
      node.start(settings, acceptLogDamage);
      stop.await();
    } catch (StartException refused) {
      LOG.error("{}", refused.getMessage());
      return refused.exitCode();
    } catch (InterruptedException told) {
      return ExitCode.OK;
    } catch (RuntimeException | IOException bug) {
      LOG.error("the node failed", bug);
      return ExitCode.FAILED;
    } finally {
      stopped.countDown();
    }
    return ExitCode.OK;
  }

  private static void awaitQuietly(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException cut) {
      Thread.currentThread().interrupt();
    }
  }

  private void start(Settings settings, boolean acceptLogDamage)
      throws StartException, IOException, InterruptedException {
    NodeMemory memory = ProcessMemory.shares(settings);
    check(memory);
    Clock clock = Clock.systemUTC();
    SecureRandom random = new SecureRandom();
    long startedAtMs = clock.millis();
    Listeners listeners = Listeners.of(settings);
    Secrets secrets = Secrets.read(settings);
    Path directory = settings.get(NodeSettings.DIR);

    CompletableFuture<ManagerClient> manager = reachManager(settings, secrets);
    Store store = open(directory, settings, memory, acceptLogDamage, clock);
    TopologyCache cache = closing(TopologyCache.open(directory.resolve("topology")));
    Topology topology = new Topology();
    Lease lease = new Lease(System::nanoTime);
    Promises promises = new Promises();
    NodeFacts facts = new NodeFacts(store, directory, topology);
    ControlPlane control = closing(new ControlPlane(
        manager.join(),
        new NodeAddress(listeners.advertisedHost(settings), listeners.clients().getFirst().getPort(),
            listeners.peers().getPort(), listeners.admin().getPort(), settings.get(NodeSettings.ZONE),
            NodeVersion.TEXT),
        new StoreIdentityKeeper(store), topology, cache, new StoreTables(store),
        new StorePositions(store, topology, promises), promises, lease, facts::report,
        startedAtMs,
        System::nanoTime));
    NodeAdmin admin = closing(listenForAdmin(listeners, secrets));
    join(control);

    int self = store.identity().nodeId();
    TopologyLeadership leadership = new TopologyLeadership(topology, lease, promises, self);
    PeerTransport transport = PeerTransport.start(loops(settings), "loop");
    opened.push(() -> transport.group().shutdownGracefully(0, STOP_MS, TimeUnit.MILLISECONDS).await(STOP_MS));
    WheelTimer timer = closing(new WheelTimer());
    ClusterSecret secret = secrets.forPeers(store.identity().clusterId());
    Replication replication = closing(new Replication(self, topology, leadership, store,
        new PeerStreams(self, secret, PeerOptions.DEFAULTS, transport, timer, random), timer, directory,
        () -> settings.get(NodeSettings.ACKS_TIMEOUT)));
    follow(settings, replication);
    SlotExecutor executor = new SlotExecutor(store, leadership, replication.acknowledgements(),
        closing(workers(settings)));
    Expirer expirer = closing(new Expirer(executor, clock));
    PeerPool peers = closing(
        new PeerPool(self, topology, secret, PeerOptions.DEFAULTS, transport, timer, random));
    NodeServer server = new NodeServer(
        new NodeServer.Parts(self, settings, topology, leadership, store, executor,
            transport, peers, timer, clock, System::nanoTime, random, control.attachments()));
    PeerServer peerServer = closing(
        new PeerServer(self, secret, PeerOptions.DEFAULTS, transport, timer, random,
            server.peerService(), replication));
    closing(server);
    facts.serving(server);

    listen(NodeSettings.PEER_PORT.name(), listeners.peers(), peerServer::start);
    for (InetSocketAddress address : listeners.clients()) {
      listen(NodeSettings.PORT.name(), address, server::listen);
    }
    expirer.start();
    server.start();
    replication.start();
    facts.replicating(replication);
    admin.serve(
        new NodeAdmin.Sources(server, store, topology, control, lease, replication, peers.stats(),
            peerServer.stats(),
            facts::troubles, facts::freeBytes, memory));
    LOG.info("node {} serves clients on {}, peers on {}, metrics on {}", self, listeners.clients(),
        listeners.peers(), listeners.admin());
  }

  /** On a thread of its own: connecting takes as long as opening the store does, and waits mostly. */
  private static CompletableFuture<ManagerClient> reachManager(Settings settings, Secrets secrets) {
    return CompletableFuture.supplyAsync(() -> {
      ManagerClient manager = new ManagerClient(settings.get(NodeSettings.MANAGER), secrets.cluster(),
          MANAGER_DEADLINE);
      manager.connect();
      return manager;
    }, task -> Thread.ofPlatform().name("manager-connection").daemon().start(task));
  }

  private Store open(Path directory, Settings settings, NodeMemory memory, boolean acceptLogDamage,
      Clock clock)
      throws StartException {
    StoreOptions options = StoreOptions.DEFAULT.withMemory(memory.dataBytes(), memory.heapBytes());
    LogOptions log = new LogOptions(settings.get(NodeSettings.FSYNC), LogOptions.DEFAULT.segmentBytes(),
        acceptLogDamage);
    try {
      Store store = closing(Store.open(directory, options.withLog(log), clock));
      settings.onChange(NodeSettings.FSYNC, mode -> store.log().fsync(mode));
      return store;
    } catch (StoreException refused) {
      throw switch (refused.kind()) {
        case DAMAGED -> new StartException(ExitCode.DAMAGE, refused);
        case LOCKED, FOREIGN, OTHER_OWNER, DISK ->
          new StartException(ExitCode.DIRECTORY, refused);
      };
    }
  }

  private static void check(NodeMemory memory) throws StartException {
    String refusal = memory.refusal(ProcessMemory.machineBytes());
    if (refusal != null) {
      throw new StartException(ExitCode.USAGE, refusal);
    }
  }

  private static void join(ControlPlane control) throws StartException, IOException, InterruptedException {
    try {
      control.start();
    } catch (ManagerRefusal refused) {
      throw new StartException(ExitCode.REFUSED, refused);
    }
  }

  private static NodeAdmin listenForAdmin(Listeners listeners, Secrets secrets) throws StartException {
    try {
      return new NodeAdmin(listeners.admin(), secrets.admin());
    } catch (IOException taken) {
      throw cannotListen(NodeSettings.ADMIN_PORT.name(), listeners.admin(), taken);
    }
  }

  private interface Listen {
    InetSocketAddress on(InetSocketAddress address) throws IOException, InterruptedException;
  }

  private static void listen(String setting, InetSocketAddress address, Listen listen)
      throws StartException, InterruptedException {
    try {
      listen.on(address);
    } catch (IOException taken) {
      throw cannotListen(setting, address, taken);
    }
  }

  private static StartException cannotListen(String setting, InetSocketAddress address, IOException why) {
    return new StartException(ExitCode.ADDRESS, "cannot listen on " + address.getHostString() + ":"
        + address.getPort() + " (" + why.getMessage() + "): set " + setting
        + " to another port, or stop what uses it");
  }

  private static void follow(Settings settings, Replication replication) {
    replication.keepLog(settings.get(NodeSettings.REPL_LOG_SIZE));
    settings.onChange(NodeSettings.REPL_LOG_SIZE, replication::keepLog);
    replication.copyRate(settings.get(NodeSettings.REPL_COPY_RATE));
    settings.onChange(NodeSettings.REPL_COPY_RATE, replication::copyRate);
  }

  private static int loops(Settings settings) {
    int asked = settings.get(NodeSettings.IO_THREADS);
    return asked > 0 ? asked : Math.min(Runtime.getRuntime().availableProcessors(), MAX_LOOPS);
  }

  private static Workers workers(Settings settings) {
    int asked = settings.get(NodeSettings.LONG_COMMAND_THREADS);
    int threads = asked > 0 ? asked : Math.min(Runtime.getRuntime().availableProcessors(), MAX_WORKERS);
    return new Workers("long-command", threads, settings.get(NodeSettings.LONG_COMMAND_QUEUE));
  }

  private <T extends AutoCloseable> T closing(T resource) {
    opened.push(resource);
    return resource;
  }

  /** Newest first: no new work, then what is under way, then what it needs. */
  @Override
  public void close() {
    while (!opened.isEmpty()) {
      try {
        opened.pop().close();
      } catch (Exception failure) {
        LOG.warn("while stopping", failure);
      }
    }
    LOG.info("stopped");
  }
}
