package io.pika.node.control;

import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
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
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A manager that says what a test wants it to say, over a real port. */
final class FakeManager extends NodeDirectoryGrpc.NodeDirectoryImplBase implements AutoCloseable {
  static final String SECRET = "a secret of the test cluster";

  final List<RegisterRequest> registered = new CopyOnWriteArrayList<>();
  final List<HeartbeatRequest> beats = new CopyOnWriteArrayList<>();
  final List<WatchTopologyRequest> watches = new CopyOnWriteArrayList<>();
  final List<StreamObserver<TopologyUpdate>> streams = new CopyOnWriteArrayList<>();
  final List<ChangeAttachmentsRequest> asked = new CopyOnWriteArrayList<>();
  volatile Function<ChangeAttachmentsRequest, ChangeAttachmentsReply> decider = request -> {
    throw Status.UNAVAILABLE.asRuntimeException();
  };
  final List<NodeWord> words = new CopyOnWriteArrayList<>();
  final List<StreamObserver<Order>> lines = new CopyOnWriteArrayList<>();
  /** What each new stream begins with. */
  final List<TopologyUpdate> first = new CopyOnWriteArrayList<>();
  volatile RegisterReply answer = RegisterReply.newBuilder().setClusterId("cluster-1").setNodeId(3)
      .setHeartbeatMs(20).setLeaseMs(500).build();
  volatile @Nullable Status refusal;
  volatile long announced = 1;
  private final Server server;
  private final int port;

  private FakeManager(int wantedPort) throws IOException {
    server = NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", wantedPort)).addService(this)
        .intercept(new SecretCheck()).build().start();
    this.port = server.getPort();
  }

  static FakeManager start() throws IOException {
    return new FakeManager(0);
  }

  static FakeManager startOn(int port) throws IOException {
    return new FakeManager(port);
  }

  HostPort address() {
    return new HostPort("127.0.0.1", port);
  }

  @Override
  public void register(RegisterRequest request, StreamObserver<RegisterReply> reply) {
    registered.add(request);
    if (refusal != null) {
      reply.onError(refusal.asRuntimeException());
      return;
    }
    reply.onNext(answer);
    reply.onCompleted();
  }

  @Override
  public void heartbeat(HeartbeatRequest request, StreamObserver<HeartbeatReply> reply) {
    beats.add(request);
    if (refusal != null) {
      reply.onError(refusal.asRuntimeException());
      return;
    }
    reply.onNext(
        HeartbeatReply.newBuilder().setLeaseMs(answer.getLeaseMs()).setTopologyVersion(announced).build());
    reply.onCompleted();
  }

  @Override
  public void watchTopology(WatchTopologyRequest request, StreamObserver<TopologyUpdate> stream) {
    watches.add(request);
    first.stream().filter(update -> update.getVersion() > request.getFromVersion()).forEach(stream::onNext);
    streams.add(stream);
  }

  @Override
  public void changeAttachments(ChangeAttachmentsRequest request,
      StreamObserver<ChangeAttachmentsReply> reply) {
    asked.add(request);
    try {
      reply.onNext(decider.apply(request));
      reply.onCompleted();
    } catch (StatusRuntimeException refused) {
      reply.onError(refused);
    }
  }

  @Override
  public StreamObserver<NodeWord> attend(StreamObserver<Order> line) {
    lines.add(line);
    return new StreamObserver<>() {
      @Override
      public void onNext(NodeWord word) {
        words.add(word);
      }

      @Override
      public void onError(Throwable broken) {
        lines.remove(line);
      }

      @Override
      public void onCompleted() {
        lines.remove(line);
      }
    };
  }

  void push(TopologyUpdate update) {
    announced = update.getVersion();
    streams.getLast().onNext(update);
  }

  @Override
  public void close() {
    server.shutdownNow();
    try {
      server.awaitTermination();
    } catch (InterruptedException stopped) {
      Thread.currentThread().interrupt();
    }
  }

  private static final class SecretCheck implements ServerInterceptor {
    private static final Metadata.Key<String> KEY = Metadata.Key.of("pika-secret",
        Metadata.ASCII_STRING_MARSHALLER);

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(ServerCall<Q, R> call, Metadata headers,
        ServerCallHandler<Q, R> next) {
      if (!SECRET.equals(headers.get(KEY))) {
        call.close(Status.UNAUTHENTICATED.withDescription("the secret is not this cluster's"),
            new Metadata());
        return new ServerCall.Listener<>() {
        };
      }
      return next.startCall(call, headers);
    }
  }
}
