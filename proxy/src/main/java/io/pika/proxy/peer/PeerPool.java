package io.pika.proxy.peer;

import io.pika.core.model.NodeInfo;
import io.pika.core.topology.Topology;
import io.pika.core.topology.TopologyChange;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The connections to all other nodes. Addresses are the topology's: when a node's address changes or the node
 * goes, its connections are closed, and what was under way on them has the outcomes of a lost connection.
 *
 * <p>A slot always uses the same one of a node's few connections, so its requests arrive in order; a slow
 * node holds up nothing but what goes to it.
 */
public final class PeerPool implements Upstream, AutoCloseable {
  private final Topology topology;
  private final Shared shared;
  private final ConcurrentHashMap<Integer, Peer> peers = new ConcurrentHashMap<>();
  private volatile boolean closed;

  /** What all connections have in common. */
  record Shared(int self, ClusterSecret secret, PeerOptions options, PeerTransport transport, PeerTimer timer,
      SecureRandom random, PeerStats stats) {
    Handshake handshake() {
      return new Handshake(secret, self, random);
    }
  }

  private record Peer(NodeInfo node, List<PeerClient> clients) {
    boolean isAt(NodeInfo other) {
      return node.host().equals(other.host()) && node.peerPort() == other.peerPort();
    }

    void close() {
      clients.forEach(PeerClient::close);
    }
  }

  /**
   * @param self this node's id
   * @param transport stays the caller's, who closes it after the pool
   */
  public PeerPool(int self, Topology topology, ClusterSecret secret, PeerOptions options,
      PeerTransport transport,
      PeerTimer timer, SecureRandom random) {
    this.topology = topology;
    this.shared = new Shared(self, secret, options, transport, timer, random, new PeerStats());
    topology.listen(this::dropMoved);
  }

  public PeerStats stats() {
    return shared.stats();
  }

  @Override
  public void send(int node, PeerRequest request, Callback callback) {
    Peer peer = peer(node);
    if (peer == null) {
      request.command().release();
      shared.transport().group().execute(
          () -> callback.done(new PeerOutcome.NotSent(PeerOutcome.NotSent.Cause.UNREACHABLE)));
      return;
    }
    int hash = (request.table() * 31 + request.slotFrom()) * 0x9e3779b9 >>> 16;
    peer.clients().get(hash % peer.clients().size()).send(request, callback);
  }

  private @Nullable Peer peer(int id) {
    Peer known = peers.get(id);
    NodeInfo node = topology.node(id);
    if (known != null && node != null && known.isAt(node)) {
      return known;
    }
    return closed || node == null ? null : peers.compute(id, (_, current) -> {
      if (current != null && current.isAt(node)) {
        return current;
      }
      if (current != null) {
        current.close();
      }
      return connect(node);
    });
  }

  private Peer connect(NodeInfo node) {
    return new Peer(node,
        Stream.generate(() -> new PeerClient(node, shared)).limit(shared.options().connections()).toList());
  }

  private void dropMoved(TopologyChange change) {
    peers.values().removeIf(peer -> {
      NodeInfo node = topology.node(peer.node().id());
      boolean moved = node == null || !peer.isAt(node);
      if (moved) {
        peer.close();
      }
      return moved;
    });
  }

  /** Closes all connections; what is under way has its outcome before the event loops end. */
  @Override
  public void close() {
    closed = true;
    peers.values().forEach(Peer::close);
    peers.clear();
  }
}
