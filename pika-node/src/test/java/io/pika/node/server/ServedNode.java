package io.pika.node.server;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoop;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.pika.core.model.NodeInfo;
import io.pika.core.model.PasswordHash;
import io.pika.core.model.SlotRange;
import io.pika.core.model.Table;
import io.pika.core.model.TableState;
import io.pika.core.settings.Settings;
import io.pika.core.topology.Topology;
import io.pika.core.topology.TopologyChange;
import io.pika.node.settings.NodeSettings;
import io.pika.node.control.Lease;
import io.pika.node.control.Promises;
import io.pika.node.control.TopologyLeadership;
import io.pika.node.engine.SlotExecutor;
import io.pika.node.log.FsyncMode;
import io.pika.node.log.LogOptions;
import io.pika.node.store.Store;
import io.pika.node.store.StoreOptions;
import io.pika.proxy.peer.PeerOutcome;
import io.pika.proxy.peer.PeerRequest;
import io.pika.proxy.peer.PeerService;
import io.pika.proxy.peer.PeerStatus;
import io.pika.proxy.peer.PeerTransport;
import io.pika.proxy.peer.Upstream;
import io.pika.proxy.peer.WheelTimer;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.ReplyEncoder;
import io.pika.testkit.wire.RespConnection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A node in this process with a topology that the test makes: node 1 is real, and node 2 is a peer that answers every
 * forwarded command with {@code "from node 2"}, after a while.
 */
final class ServedNode implements AutoCloseable {
  static final int SHOP = 5;
  static final String SHOP_PASSWORD = "shop-secret";
  static final String FROM_PEER = "from node 2";
  private static final SecureRandom RANDOM = new SecureRandom();
  /** A password is checked in a millisecond, not in a quarter of a second. */
  private static final int CHEAP = 1_000;
  private static final String SHOP_HASH = hash(SHOP_PASSWORD);

  final Topology topology = new Topology();
  final Settings settings;
  final NodeServer server;
  volatile long peerDelayMs = 20;
  private final Store store;
  private final SlotExecutor executor;
  private final WheelTimer timer = new WheelTimer();
  private final MultiThreadIoEventLoopGroup loops = new MultiThreadIoEventLoopGroup(2,
      NioIoHandler.newFactory());
  private final InetSocketAddress address;
  private final List<RespConnection> connections = new ArrayList<>();
  final LocalAttachments attachments = new LocalAttachments(() -> List.of(topology));

  ServedNode(Path directory, FsyncMode fsync, String... assignments) throws IOException {
    this(directory, fsync, 1, null, assignments);
  }

  /** A node 2 that forwards what node 1 leads to it, by the shortest way. */
  static ServedNode neighbour(Path directory, ServedNode leader) throws IOException {
    return new ServedNode(directory, FsyncMode.NO, 2, new Direct(leader, leader.loops.next()));
  }

  private ServedNode(Path directory, FsyncMode fsync, int self, @Nullable Upstream upstream,
      String... assignments) throws IOException {
    settings = Settings.of(NodeSettings.SPEC, assignments);
    store = Store.open(directory, StoreOptions.DEFAULT.withLog(new LogOptions(fsync, 8 << 20, false)),
        Clock.systemUTC());
    put(table(0, "default", 16, ""), shop(SHOP_HASH, false, TableState.READY));
    TopologyLeadership leadership = new TopologyLeadership(topology, new Lease(System::nanoTime),
        new Promises(),
        self);
    PeerTransport transport = new PeerTransport(loops, NioSocketChannel.class, NioServerSocketChannel.class,
        ByteBufAllocator.DEFAULT);
    executor = new SlotExecutor(store, leadership);
    server = new NodeServer(new NodeServer.Parts(self, settings, topology, leadership, store,
        executor, transport, upstream == null ? new SlowPeer() : upstream, timer,
        Clock.systemUTC(),
        System::nanoTime,
        RANDOM, attachments));
    address = server.listen(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    server.start();
  }

  /** All slots led here. */
  static Table table(int id, String name, int slots, String passwordHash) {
    return new Table(id, name, slots, TableState.READY, false, passwordHash,
        List.of(new SlotRange(0, slots - 1, 1, 1, List.of(1))));
  }

  static Table shop(String hash, boolean blocked, TableState state) {
    return new Table(SHOP, "shop", 16, state, blocked, hash, List.of(new SlotRange(0, 15, 1, 1, List.of(1))));
  }

  static Table shop(boolean blocked, TableState state) {
    return shop(SHOP_HASH, blocked, state);
  }

  static String hash(String password) {
    return PasswordHash.hash(password, RANDOM, CHEAP);
  }

  void put(Table... tables) {
    topology.apply(
        new TopologyChange(topology.version() + 1, false, List.of(new NodeInfo(1, "127.0.0.1", 1, 2, 3, ""),
            new NodeInfo(2, "127.0.0.1", 4, 5, 6, "")), List.of(tables), List.of(), List.of()));
  }

  void drop(int table) {
    topology.apply(
        new TopologyChange(topology.version() + 1, false, List.of(), List.of(), List.of(), List.of(table)));
  }

  SlotExecutor executor() {
    return executor;
  }

  /** Requests that wait in slots that this node leads. */
  int waiting() {
    return executor.waiting();
  }

  int port() {
    return address.getPort();
  }

  RespConnection connect() throws IOException {
    RespConnection connection = RespConnection.open("127.0.0.1", address.getPort(), Duration.ofSeconds(20));
    connections.add(connection);
    return connection;
  }

  /** On table shop. */
  RespConnection shopper() throws IOException {
    RespConnection connection = connect();
    connection.call("AUTH", "shop", SHOP_PASSWORD);
    return connection;
  }

  @Override
  public void close() throws Exception {
    for (RespConnection each : connections) {
      each.close();
    }
    server.close();
    timer.close();
    loops.shutdownGracefully(0, 1, TimeUnit.SECONDS).await(2_000);
    store.close();
  }

  /** Hands each request to another node's service as if it had come over one connection. */
  private static final class Direct implements Upstream {
    private final EventLoop loop;
    private final PeerService.Session session;

    Direct(ServedNode leader, EventLoop loop) {
      this.loop = loop;
      this.session = leader.server.peerService().connected(2, loop, () -> true);
    }

    @Override
    public void send(int node, PeerRequest request, Callback callback) {
      loop.execute(() -> {
        session.request(request, new PeerService.Answer() {
          @Override
          public void reply(ByteBuf reply) {
            callback.done(new PeerOutcome.Answered(reply));
            loop.execute(session::room);
          }

          @Override
          public void continues(long reply, ByteBuf bytes) {
            callback.done(new PeerOutcome.Continues(reply, bytes));
          }

          @Override
          public void refuse(PeerStatus status, long epoch) {
            callback.done(new PeerOutcome.Refused(status, epoch));
          }
        });
        session.batchEnd();
      });
    }
  }

  private final class SlowPeer implements Upstream {
    @Override
    public void send(int node, PeerRequest request, Callback callback) {
      request.command().release();
      timer.after(peerDelayMs, () -> {
        var bytes = ByteBufAllocator.DEFAULT.buffer();
        ReplyEncoder.write(Reply.bulk(FROM_PEER), request.protocol(), bytes);
        callback.done(new PeerOutcome.Answered(bytes));
      });
    }
  }
}
