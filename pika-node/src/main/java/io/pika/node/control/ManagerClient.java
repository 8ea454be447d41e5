package io.pika.node.control;

import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.BlockingClientCall;
import io.grpc.stub.MetadataUtils;
import io.pika.core.rpc.ChangeAttachmentsReply;
import io.pika.core.rpc.ChangeAttachmentsRequest;
import io.pika.core.rpc.HeartbeatReply;
import io.pika.core.rpc.HeartbeatRequest;
import io.pika.core.rpc.NodeDirectoryGrpc;
import io.pika.core.rpc.NodeWord;
import io.pika.core.rpc.Order;
import io.pika.core.rpc.RegisterReply;
import io.pika.core.rpc.RegisterRequest;
import io.pika.core.rpc.TopologyUpdate;
import io.pika.core.rpc.WatchTopologyRequest;
import io.pika.core.settings.HostPort;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;

/**
 * Calls to the manager: blocking, each with a deadline, the cluster's secret in the metadata. Several managers may
 * be named; one that does not answer is left for the next. Safe for any thread; meant for virtual ones.
 */
public final class ManagerClient implements AutoCloseable {
  private static final Metadata.Key<String> SECRET = Metadata.Key.of("pika-secret",
      Metadata.ASCII_STRING_MARSHALLER);
  private static final Duration KEEP_ALIVE = Duration.ofSeconds(10);
  /** A stream is opened anew after this time, so that none outlives a manager that forgot it. */
  private static final Duration STREAM_DEADLINE = Duration.ofMinutes(10);
  private static final int MAX_MESSAGE_BYTES = 64 << 20;

  private final List<HostPort> addresses;
  private final List<ManagedChannel> connections = new ArrayList<>();
  private final List<Channel> channels = new ArrayList<>();
  private final Duration deadline;
  private final AtomicInteger current = new AtomicInteger();

  /**
   * @param secret the cluster's, printable ASCII
   * @param deadline of each single call
   */
  public ManagerClient(List<HostPort> addresses, String secret, Duration deadline) {
    this.addresses = List.copyOf(addresses);
    this.deadline = deadline;
    Metadata metadata = new Metadata();
    metadata.put(SECRET, secret);
    for (HostPort address : addresses) {
      ManagedChannel connection = NettyChannelBuilder.forAddress(address.host(), address.port())
          .usePlaintext()
          .keepAliveTime(KEEP_ALIVE.toSeconds(), TimeUnit.SECONDS).keepAliveTimeout(5, TimeUnit.SECONDS)
          .maxInboundMessageSize(MAX_MESSAGE_BYTES).build();
      connections.add(connection);
      channels
          .add(ClientInterceptors.intercept(connection, MetadataUtils.newAttachHeadersInterceptor(metadata)));
    }
  }

  /** Begins to connect to the manager that is asked first, and returns at once. Not needed, only earlier. */
  public void connect() {
    connections.get(current.get()).getState(true);
  }

  RegisterReply register(RegisterRequest request) throws ManagerRefusal, ManagerUnreachable {
    return call(channel -> stub(channel).register(request));
  }

  /** @param patience one that does not answer by then is left for the next one: the lease goes on running out */
  HeartbeatReply heartbeat(HeartbeatRequest request, Duration patience)
      throws ManagerRefusal, ManagerUnreachable {
    return call(
        channel -> stub(channel).withDeadlineAfter(patience.toMillis(), TimeUnit.MILLISECONDS)
            .heartbeat(request));
  }

  ChangeAttachmentsReply changeAttachments(ChangeAttachmentsRequest request)
      throws ManagerRefusal, ManagerUnreachable {
    return call(channel -> stub(channel).changeAttachments(request));
  }

  /** The stream of changes. Whoever opened it reads it until it ends, and cancels it when it is no longer wanted. */
  BlockingClientCall<?, TopologyUpdate> watch(WatchTopologyRequest request) {
    return NodeDirectoryGrpc.newBlockingV2Stub(channels.get(current.get()))
        .withDeadlineAfter(STREAM_DEADLINE.toSeconds(), TimeUnit.SECONDS).watchTopology(request);
  }

  /** The line for orders. Whoever opened it cancels it when it is no longer wanted. */
  BlockingClientCall<NodeWord, Order> attend() {
    return NodeDirectoryGrpc.newBlockingV2Stub(channels.get(current.get()))
        .withDeadlineAfter(STREAM_DEADLINE.toSeconds(), TimeUnit.SECONDS).attend();
  }

  /** What comes goes to the next manager of the list, unless another call that failed has seen to that already. */
  private void useManagerAfter(int failed) {
    current.compareAndSet(failed, (failed + 1) % addresses.size());
  }

  HostPort address() {
    return addresses.get(current.get());
  }

  private NodeDirectoryGrpc.NodeDirectoryBlockingStub stub(Channel channel) {
    return NodeDirectoryGrpc.newBlockingStub(channel).withDeadlineAfter(deadline.toMillis(),
        TimeUnit.MILLISECONDS);
  }

  private <T> T call(Function<Channel, T> call) throws ManagerRefusal, ManagerUnreachable {
    int used = current.get();
    HostPort address = addresses.get(used);
    try {
      return call.apply(channels.get(used));
    } catch (StatusRuntimeException failure) {
      Status status = failure.getStatus();
      String words = status.getDescription() == null ? status.getCode().name() : status.getDescription();
      switch (status.getCode()) {
        case FAILED_PRECONDITION, INVALID_ARGUMENT, NOT_FOUND, ALREADY_EXISTS -> throw new ManagerRefusal(
            "the manager at " + address + " refuses this node: " + words);
        case UNAUTHENTICATED, PERMISSION_DENIED -> throw new ManagerRefusal(
            "the manager at " + address + " does not accept the cluster secret (cluster-secret-file): "
                + words);
        default -> {
          // Whoever calls has a rhythm of its own; gRPC's would grow to two minutes.
          connections.forEach(ManagedChannel::resetConnectBackoff);
          useManagerAfter(used);
          throw new ManagerUnreachable("no answer from the manager at " + address + ": " + words, failure);
        }
      }
    }
  }

  @Override
  public void close() {
    connections.forEach(ManagedChannel::shutdownNow);
  }
}
