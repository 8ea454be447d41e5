package io.pika.proxy.peer;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import io.pika.core.model.NodeInfo;
import io.pika.core.topology.Topology;
import io.pika.core.topology.TopologyChange;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** Node 1's pool and node 2's server over real sockets, with an allocator that counts what is not given back. */
final class PeerPair implements AutoCloseable {
  static final ClusterSecret SECRET = new ClusterSecret(
      "secret-of-this-cluster".getBytes(StandardCharsets.UTF_8));
  static final PeerOptions OPTIONS = new PeerOptions(2, 128 << 20, 16_384, 256 << 20, Duration.ofSeconds(2),
      Duration.ofMillis(20), Duration.ofMillis(100));

  final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(true);
  final PeerTransport transport;
  final WheelTimer timer = new WheelTimer();
  final Topology topology = new Topology();
  private long version;
  final PeerPool pool;
  PeerServer server;
  InetSocketAddress address;

  PeerPair(PeerService service) throws IOException, InterruptedException {
    this(service, SECRET, OPTIONS);
  }

  PeerPair(PeerService service, ClusterSecret clientSecret, PeerOptions options)
      throws IOException, InterruptedException {
    PeerTransport real = PeerTransport.start(2, "peer-test");
    transport = new PeerTransport(real.group(), real.socket(), real.serverSocket(), allocator);
    pool = new PeerPool(1, topology, clientSecret, options, transport, timer, new SecureRandom());
    server = serve(2, service, options);
    address = server.start(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    place(2, address.getPort());
  }

  PeerServer serve(int id, PeerService service, PeerOptions options) {
    return new PeerServer(id, SECRET, options, transport, timer, new SecureRandom(), service,
        (node, stream) -> {
          throw new IllegalStateException("nobody opens streams here");
        });
  }

  void place(int node, int port) {
    topology
        .apply(new TopologyChange(++version, false, List.of(new NodeInfo(node, "127.0.0.1", 0, port, 0, "")),
            List.of(), List.of(), List.of()));
  }

  CompletableFuture<PeerOutcome> send(int slot, ByteBuf command, int timeoutMs) {
    return send(slot, PeerRequest.Order.FIRST, command, timeoutMs);
  }

  CompletableFuture<PeerOutcome> sendBehind(int slot, String command) {
    return send(slot, PeerRequest.Order.NEXT, bytes(command), 20_000);
  }

  private CompletableFuture<PeerOutcome> send(int slot, PeerRequest.Order order, ByteBuf command,
      int timeoutMs) {
    CompletableFuture<PeerOutcome> outcome = new CompletableFuture<>();
    pool.send(2, new PeerRequest(7, slot, slot, 1, order, 2, timeoutMs, command), outcome::complete);
    return outcome;
  }

  CompletableFuture<PeerOutcome> send(int slot, String command) {
    return send(slot, bytes(command), 20_000);
  }

  static ByteBuf bytes(String text) {
    return Unpooled.copiedBuffer(text, StandardCharsets.UTF_8);
  }

  /** The reply as text; releases it. */
  static String text(PeerOutcome outcome) {
    if (!(outcome instanceof PeerOutcome.Answered answered)) {
      throw new AssertionError("not answered but " + outcome);
    }
    try {
      return answered.reply().toString(StandardCharsets.UTF_8);
    } finally {
      answered.reply().release();
    }
  }

  @Override
  public void close() {
    pool.close();
    server.close();
    transport.group().shutdownGracefully(0, 2, TimeUnit.SECONDS).awaitUninterruptibly();
    timer.close();
    Awaitility.await("all buffers are given back").atMost(Duration.ofSeconds(5)).until(
        () -> allocator.metric().usedDirectMemory() + allocator.metric().usedHeapMemory() == 0);
  }
}
