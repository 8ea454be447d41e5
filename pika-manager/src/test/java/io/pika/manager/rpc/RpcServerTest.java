package io.pika.manager.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.pika.core.meta.EmbeddedMetadataStore;
import io.pika.core.rpc.AttachmentEntry;
import io.pika.core.rpc.ChangeAttachmentsReply;
import io.pika.core.rpc.ChangeAttachmentsRequest;
import io.pika.core.rpc.Greeting;
import io.pika.core.rpc.HeartbeatRequest;
import io.pika.core.rpc.NodeDirectoryGrpc;
import io.pika.core.rpc.NodeWord;
import io.pika.core.rpc.Order;
import io.pika.core.rpc.OrderAnswer;
import io.pika.core.rpc.PositionsAnswer;
import io.pika.core.rpc.RegisterReply;
import io.pika.core.rpc.RegisterRequest;
import io.pika.core.rpc.ReplicaPosition;
import io.pika.core.rpc.TopologyUpdate;
import io.pika.core.rpc.WatchTopologyRequest;
import io.pika.manager.control.Leader;
import io.pika.manager.control.Term;
import io.pika.manager.plan.Failover;
import io.pika.manager.plan.Planner;
import io.pika.manager.state.JobRecord.Origin;
import io.pika.manager.state.Request;
import io.pika.manager.state.TableRecord;
import io.pika.testkit.disk.FakeDisk;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class RpcServerTest {
  private static final String SECRET = "a secret of the cluster";

  private EmbeddedMetadataStore store;
  private Leader leader;
  private RpcServer server;
  private ManagedChannel channel;

  @BeforeEach
  void start() throws Exception {
    store = EmbeddedMetadataStore.open(new FakeDisk(), EmbeddedMetadataStore.Bounds.DEFAULT,
        System::nanoTime);
    leader = new Leader(store,
        new Leader.Options("test", Duration.ofSeconds(10), Duration.ofMinutes(1), Duration.ofMinutes(2),
            new Planner.Rules(1, Planner.DefaultTable.UNWANTED)),
        new Leader.Sources(System::currentTimeMillis, System::nanoTime, () -> "cluster-1"), why -> {
          throw new IllegalStateException(why);
        });
    leader.start();
    Awaitility.await().until(() -> leader.term() != null);
    server = new RpcServer(new RpcServer.Options(new InetSocketAddress("127.0.0.1", 0), SECRET,
        Duration.ofSeconds(1), Duration.ofSeconds(6)), leader::term, leader::rival);
    channel = NettyChannelBuilder.forAddress("127.0.0.1", server.port()).usePlaintext().build();
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.close();
    leader.close();
    store.close();
  }

  @Test
  void aNodeGetsAnIdOnceAndKeepsIt() {
    RegisterReply first = stub(SECRET).register(node("s1", 1000).build());
    assertThat(first.getNodeId()).isEqualTo(1);
    assertThat(first.getClusterId()).isEqualTo("cluster-1");
    assertThat(first.getHeartbeatMs()).isEqualTo(1000);
    assertThat(stub(SECRET).register(node("s1", 1000).build()).getNodeId()).isEqualTo(1);
    assertThat(
        stub(SECRET).register(node("s1", 1000).setNodeId(1).setClusterId("cluster-1").build()).getNodeId())
        .isEqualTo(1);
    assertThat(stub(SECRET).register(node("s2", 1001).build()).getNodeId()).isEqualTo(2);
  }

  @Test
  void whoDoesNotKnowTheSecretIsLetIntoNothing() {
    for (String secret : new String[]{"", "a secret of the cluste", SECRET + "x"}) {
      assertThatThrownBy(() -> stub(secret).register(node("s1", 1000).build()))
          .hasMessageContaining("UNAUTHENTICATED");
      assertThatThrownBy(() -> stub(secret).watchTopology(WatchTopologyRequest.newBuilder().build()).next())
          .hasMessageContaining("UNAUTHENTICATED");
    }
    assertThat(term().state().nodes()).isEmpty();
  }

  @Test
  void directoriesThatDoNotBelongAreRefusedInWords() {
    stub(SECRET).register(node("s1", 1000).build());
    assertThatThrownBy(() -> stub(SECRET).register(node("s3", 1003).setClusterId("other").build()))
        .hasMessageContaining("FAILED_PRECONDITION").hasMessageContaining("cluster other")
        .hasMessageContaining("cluster-1");
    assertThatThrownBy(() -> stub(SECRET).register(node("copy", 1004).setNodeId(1).build()))
        .hasMessageContaining("FAILED_PRECONDITION").hasMessageContaining("another directory is node 1");
    assertThatThrownBy(() -> stub(SECRET).register(node("s1", 1005).setNodeId(1).build()))
        .hasMessageContaining("ABORTED").hasMessageContaining("node 1 is alive at 127.0.0.1:1000");
    assertThatThrownBy(() -> stub(SECRET).register(node("s9", 1006).setNodeId(9).build()))
        .hasMessageContaining("node 9 was removed");
    assertThatThrownBy(() -> stub(SECRET).register(node("s5", 0).build()))
        .hasMessageContaining("INVALID_ARGUMENT");
    assertThatThrownBy(() -> stub(SECRET).heartbeat(
        HeartbeatRequest.newBuilder().setClusterId("cluster-1").setNodeId(7).setStoreId("s7").build()))
        .hasMessageContaining("node 7 is not in this cluster");
  }

  @Test
  void aWatcherGetsASnapshotAndThenEveryChange() throws Exception {
    stub(SECRET).register(node("s1", 1000).build());
    Iterator<TopologyUpdate> updates = watch(0);
    TopologyUpdate snapshot = updates.next();
    assertThat(snapshot.getSnapshot()).isTrue();
    assertThat(snapshot.getComplete()).isTrue();
    assertThat(snapshot.getNodesList()).hasSize(1);
    term().submit(new Request.CreateTable("shop", 4, "", Origin.MANAGER)).get(5, TimeUnit.SECONDS);
    TopologyUpdate placed = updates.next();
    while (placed.getTablesCount() == 0) {
      placed = updates.next();
    }
    assertThat(placed.getTables(0).getName()).isEqualTo("shop");
    Iterator<TopologyUpdate> resumed = watch(snapshot.getVersion());
    assertThat(resumed.next().getSnapshot()).isFalse();
    Iterator<TopologyUpdate> fromTheFuture = watch(1_000_000);
    assertThat(fromTheFuture.next().getSnapshot()).isTrue();
  }

  @Test
  void whatIsAttachedIsChangedOnceAndComparedWithWhatTheNodeKnew() throws Exception {
    stub(SECRET).register(node("s1", 1000).build());
    term().submit(new Request.CreateTable("shop", 4, "", Origin.MANAGER)).get(5, TimeUnit.SECONDS);
    Awaitility.await()
        .until(() -> term().state().tables().values().stream().anyMatch(TableRecord::isPlaced));
    assertThat(stub(SECRET).changeAttachments(user(9, 0)).getRefusal()).contains("no table with id 9");
    long version = stub(SECRET).changeAttachments(user(1, 0)).getVersion();
    assertThat(version).isPositive();
    assertThat(stub(SECRET).changeAttachments(user(1, 0)).getVersion()).isEqualTo(version);
    ChangeAttachmentsReply late = stub(SECRET)
        .changeAttachments(user(1, 0).toBuilder().clearPuts().addRemoved("ann").build());
    assertThat(late.getConflict()).isTrue();
    assertThat(late.getVersion()).isEqualTo(version);
    assertThat(stub(SECRET).changeAttachments(user(1, 0).toBuilder().setKind("spell").build()).getRefusal())
        .contains("does not know what a spell is");
  }

  @Test
  void aProcessThatHasRegisteredIsAskedOnItsLineAndAnswersThere() throws Exception {
    long since = stub(SECRET).register(node("s1", 1000).setStartedAtMs(7).build()).getTopologyVersion();
    RegisterReply again = stub(SECRET).register(node("s1", 1000).setNodeId(1).setStartedAtMs(7).build());
    assertThat(again.getTopologyVersion()).isEqualTo(since);
    assertThat(again.getLeaseMs()).as("a process that may lead has to say first what it knows").isZero();
    BlockingQueue<Order> orders = new ArrayBlockingQueue<>(10);
    CompletableFuture<Throwable> end = new CompletableFuture<>();
    StreamObserver<NodeWord> stranger = attend(6, orders, end);
    assertThat(end.get(20, TimeUnit.SECONDS)).hasMessageContaining("register first");
    stranger.onCompleted();
    StreamObserver<NodeWord> words = attend(7, orders, new CompletableFuture<>());
    Awaitility.await().until(() -> term().orders().canBeAsked(1, 7));
    term().orders().ask(1, List.of(new Failover.Asked(3, 5, 6, 9)));
    Order order = Objects.requireNonNull(orders.poll(20, TimeUnit.SECONDS));
    assertThat(order.getPositions().getSlots(0).getEpoch()).isEqualTo(9);
    words.onNext(NodeWord.newBuilder().setAnswer(OrderAnswer.newBuilder().setId(order.getId())
        .setPositions(PositionsAnswer.newBuilder().addPositions(position(5)).addPositions(position(6))))
        .build());
    Awaitility.await().until(() -> term().orders().canBeAsked(1, 7));
    words.onCompleted();
    Awaitility.await().until(() -> !term().orders().canBeAsked(1, 7));
  }

  private static ReplicaPosition position(int slot) {
    return ReplicaPosition.newBuilder().setTable(3).setSlot(slot).setEpoch(8).setIndex(slot).build();
  }

  private StreamObserver<NodeWord> attend(long process, BlockingQueue<Order> orders,
      CompletableFuture<Throwable> end) {
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of("pika-secret", Metadata.ASCII_STRING_MARSHALLER), SECRET);
    StreamObserver<NodeWord> words = NodeDirectoryGrpc.newStub(channel)
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers)).attend(new StreamObserver<>() {
          @Override
          public void onNext(Order order) {
            orders.add(order);
          }

          @Override
          public void onError(Throwable why) {
            end.complete(why);
          }

          @Override
          public void onCompleted() {
            end.complete(new IllegalStateException("completed"));
          }
        });
    words
        .onNext(NodeWord.newBuilder().setGreeting(Greeting.newBuilder().setClusterId("cluster-1").setNodeId(1)
            .setStoreId("s1").setStartedAtMs(process)).build());
    return words;
  }

  private static ChangeAttachmentsRequest user(int table, long expected) {
    return ChangeAttachmentsRequest.newBuilder().setClusterId("cluster-1").setNodeId(1).setTable(table)
        .setKind("user").setExpectedVersion(expected)
        .addPuts(AttachmentEntry.newBuilder().setName("ann").setContent(ByteString.copyFromUtf8("rules")))
        .build();
  }

  private Iterator<TopologyUpdate> watch(long from) {
    return stub(SECRET).watchTopology(
        WatchTopologyRequest.newBuilder().setClusterId("cluster-1").setNodeId(1).setFromVersion(from)
            .build());
  }

  private Term term() {
    Term term = leader.term();
    if (term == null) {
      throw new IllegalStateException("no term");
    }
    return term;
  }

  private static RegisterRequest.Builder node(String storeId, int port) {
    return RegisterRequest.newBuilder().setStoreId(storeId).setHost("127.0.0.1").setClientPort(port)
        .setPeerPort(2)
        .setAdminPort(3).setSoftwareVersion("1");
  }

  private NodeDirectoryGrpc.NodeDirectoryBlockingStub stub(String secret) {
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of("pika-secret", Metadata.ASCII_STRING_MARSHALLER), secret);
    return NodeDirectoryGrpc.newBlockingStub(channel).withDeadlineAfter(20, TimeUnit.SECONDS)
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
  }
}
