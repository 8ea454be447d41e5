package io.pika.manager.rpc;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.pika.core.bytes.Bytes;
import io.pika.core.meta.MetadataException;
import io.pika.core.model.AttachmentEdit;
import io.pika.core.model.AttachmentKind;
import io.pika.core.model.NodeInfo;
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
import io.pika.manager.control.NodeReports;
import io.pika.manager.control.Term;
import io.pika.manager.state.AttachmentChanges;
import io.pika.manager.state.Decision;
import io.pika.manager.state.NodeRecord;
import io.pika.manager.state.Refusal;
import io.pika.manager.state.Request;
import io.pika.manager.state.TableRecord;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The calls of nodes. FAILED_PRECONDITION means that the node is not one of this cluster and will not become one by
 * trying again; UNAVAILABLE and ABORTED may pass.
 */
final class NodeDirectoryService extends NodeDirectoryGrpc.NodeDirectoryImplBase {
  private static final long REGISTER_TIMEOUT_MS = 5000;
  private static final Duration ANNOUNCED_WITHIN = Duration.ofSeconds(1);

  private final Supplier<@Nullable Term> terms;
  private final Supplier<String> rival;
  private final Beat beat;

  /** @param lease how long a node may act without having heard from the manager */
  record Beat(Duration heartbeat, Duration lease) {}

  NodeDirectoryService(Supplier<@Nullable Term> terms, Supplier<String> rival, Beat beat) {
    this.terms = terms;
    this.rival = rival;
    this.beat = beat;
  }

  @Override
  public void register(RegisterRequest request, StreamObserver<RegisterReply> out) {
    answer(out, () -> {
      Term term = term();
      refuseASecondOne(term, request);
      NodeReports.Process process = process(term, request);
      NodeInfo info = new NodeInfo(request.getNodeId(), request.getHost(), request.getClientPort(),
          request.getPeerPort(), request.getAdminPort(), request.getZone());
      Decision decision = await(term,
          new Request.RegisterNode(info, request.getClusterId(), request.getStoreId(),
              request.getSoftwareVersion(), request.getStartedAtMs()));
      int id = switch (decision) {
        case Decision.Accepted accepted -> (int) accepted.answer();
        case Decision.Rejected rejected -> throw refused(rejected.refusal());
      };
      term.registered(id, process);
      NodeRecord node = term.state().node(id);
      return RegisterReply.newBuilder().setClusterId(term.state().cluster().clusterId()).setNodeId(id)
          .setHeartbeatMs((int) beat.heartbeat().toMillis())
          .setLeaseMs(process == NodeReports.Process.NEW ? (int) beat.lease().toMillis() : 0)
          .setTopologyVersion(node == null ? term.feed().version() : node.registeredVersion()).build();
    });
  }

  /** A process that does not say when it was started leads no slots with several replicas, and is always taken for new. */
  private static NodeReports.Process process(Term term, RegisterRequest request) {
    NodeRecord known = term.state().nodeOfStore(request.getStoreId());
    return known == null || request.getStartedAtMs() == 0 || known.startedAtMs() != request.getStartedAtMs()
        ? NodeReports.Process.NEW
        : NodeReports.Process.KNOWN;
  }

  /** The same directory started twice: whoever is alive at another address stays the node. */
  private static void refuseASecondOne(Term term, RegisterRequest request) {
    NodeRecord known = term.state().nodeOfStore(request.getStoreId());
    if (known == null || !term.reports().of(known.id()).isAlive()) {
      return;
    }
    NodeInfo info = known.info();
    if (!info.host().equals(request.getHost()) || info.clientPort() != request.getClientPort()
        || info.peerPort() != request.getPeerPort()) {
      throw Status.ABORTED.withDescription("node " + known.id() + " is alive at " + info.host() + ":"
          + info.clientPort()
          + " with a directory of the same store id; was the directory copied? If the node"
          + " was stopped a moment ago, its lease runs out by itself").asRuntimeException();
    }
  }

  @Override
  public void heartbeat(HeartbeatRequest request, StreamObserver<HeartbeatReply> out) {
    answer(out, () -> {
      Term term = term();
      check(term, request.getClusterId(), request.getNodeId(), request.getStoreId());
      boolean renews = term.heard(request.getNodeId(), request);
      return HeartbeatReply.newBuilder().setLeaseMs(renews ? (int) beat.lease().toMillis() : 0)
          .setTopologyVersion(term.feed().version()).build();
    });
  }

  @Override
  public void watchTopology(WatchTopologyRequest request, StreamObserver<TopologyUpdate> out) {
    try {
      Term term = term();
      check(term, request.getClusterId(), request.getNodeId(), "");
      TopologyWatcher watcher = new TopologyWatcher((ServerCallStreamObserver<TopologyUpdate>) out,
          term.feed(),
          request.getFromVersion());
      Thread.ofVirtual().name("topology-to-node-" + request.getNodeId()).start(watcher);
    } catch (StatusRuntimeException refused) {
      out.onError(refused);
    }
  }

  @Override
  public StreamObserver<NodeWord> attend(StreamObserver<Order> out) {
    return new NodeLine(greeting -> {
      Term term = term();
      check(term, greeting.getClusterId(), greeting.getNodeId(), greeting.getStoreId());
      NodeRecord node = term.state().node(greeting.getNodeId());
      if (node == null || node.startedAtMs() != greeting.getStartedAtMs()) {
        throw Status.ABORTED.withDescription("node " + greeting.getNodeId()
            + " was registered by another process; register first").asRuntimeException();
      }
      return term;
    }, (ServerCallStreamObserver<Order>) out);
  }

  @Override
  public void changeAttachments(ChangeAttachmentsRequest request,
      StreamObserver<ChangeAttachmentsReply> out) {
    answer(out, () -> {
      Term term = term();
      check(term, request.getClusterId(), request.getNodeId(), "");
      Optional<AttachmentKind> kind = AttachmentKind.of(request.getKind());
      if (kind.isEmpty()) {
        return refusal("this manager does not know what a " + request.getKind() + " is");
      }
      Decision decision = await(term, new Request.ChangeAttachments(request.getTable(), kind.get(),
          request.getExpectedVersion(), edits(request)));
      return switch (decision) {
        case Decision.Accepted accepted -> {
          awaitNodes(term, accepted.answer());
          yield ChangeAttachmentsReply.newBuilder().setVersion(accepted.answer()).build();
        }
        case Decision.Rejected rejected -> refused(term, request.getTable(), kind.get(), rejected.refusal());
      };
    });
  }

  private static List<AttachmentEdit> edits(ChangeAttachmentsRequest request) {
    List<AttachmentEdit> edits = new ArrayList<>();
    request.getPutsList().forEach(
        put -> edits.add(AttachmentEdit.put(put.getName(), Bytes.of(put.getContent().toByteArray()))));
    request.getRemovedList().forEach(name -> edits.add(AttachmentEdit.remove(name)));
    return edits;
  }

  /** A change of rights is answered when it holds everywhere; a node that is stuck delays it for a moment only. */
  private static void awaitNodes(Term term, long version) {
    try {
      term.awaitNodes(version, ANNOUNCED_WITHIN);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
    }
  }

  private static ChangeAttachmentsReply refused(Term term, int table, AttachmentKind kind,
      Refusal refusal) {
    if (refusal.kind() == Refusal.Kind.UNAVAILABLE) {
      throw refused(refusal);
    }
    if (!refusal.code().equals(AttachmentChanges.CONFLICT)) {
      return refusal(refusal.message());
    }
    TableRecord record = term.state().table(table);
    return ChangeAttachmentsReply.newBuilder().setConflict(true)
        .setVersion(record == null ? 0 : record.attachedVersion(kind)).build();
  }

  private static ChangeAttachmentsReply refusal(String words) {
    return ChangeAttachmentsReply.newBuilder().setRefusal(words).build();
  }

  private static void check(Term term, String clusterId, int nodeId, String storeId) {
    String ours = term.state().cluster().clusterId();
    if (!clusterId.equals(ours)) {
      throw Status.FAILED_PRECONDITION.withDescription("the node is of cluster " + clusterId
          + ", this manager is of cluster " + ours).asRuntimeException();
    }
    NodeRecord node = term.state().node(nodeId);
    if (node == null) {
      throw Status.FAILED_PRECONDITION.withDescription("node " + nodeId
          + " is not in this cluster (any more); start it with an empty directory to make it a new one")
          .asRuntimeException();
    }
    if (!storeId.isEmpty() && !storeId.equals(node.storeId())) {
      throw Status.FAILED_PRECONDITION.withDescription("another directory is node " + nodeId + " (store "
          + node.storeId() + ", this one is " + storeId + "); was it copied?").asRuntimeException();
    }
  }

  private Term term() {
    Term term = terms.get();
    if (term == null) {
      String leader = rival.get();
      throw Status.UNAVAILABLE.withDescription(leader.isEmpty()
          ? "this manager does not lead (yet)"
          : "this manager stands by, the one at " + leader + " leads").asRuntimeException();
    }
    return term;
  }

  private static Decision await(Term term, Request request) {
    try {
      return term.submit(request).get(REGISTER_TIMEOUT_MS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException stopping) {
      Thread.currentThread().interrupt();
      throw Status.UNAVAILABLE.withDescription("the manager is stopping").asRuntimeException();
    } catch (TimeoutException slow) {
      throw Status.UNAVAILABLE
          .withDescription("the manager did not come to it within " + REGISTER_TIMEOUT_MS + " ms")
          .asRuntimeException();
    } catch (ExecutionException failure) {
      String why = failure.getCause() instanceof MetadataException trouble
          ? String.valueOf(trouble.getMessage())
          : "internal error";
      throw Status.UNAVAILABLE.withDescription(why).withCause(failure).asRuntimeException();
    }
  }

  private static StatusRuntimeException refused(Refusal refusal) {
    Status status = switch (refusal.kind()) {
      case INVALID -> Status.INVALID_ARGUMENT;
      case NOT_FOUND, CONFLICT -> Status.FAILED_PRECONDITION;
      case UNAVAILABLE -> Status.UNAVAILABLE;
    };
    String hint = refusal.hint().isEmpty() ? "" : "; " + refusal.hint();
    return status.withDescription(refusal.message() + hint).asRuntimeException();
  }

  private static <T> void answer(StreamObserver<T> out, Supplier<T> reply) {
    T value;
    try {
      value = reply.get();
    } catch (StatusRuntimeException refused) {
      out.onError(refused);
      return;
    }
    out.onNext(value);
    out.onCompleted();
  }
}
