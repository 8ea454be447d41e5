package io.pika.node.control;

import io.pika.core.bytes.Bytes;
import io.pika.core.model.Attachment;
import io.pika.core.model.AttachmentEdit;
import io.pika.core.model.AttachmentKind;
import io.pika.core.model.AttachmentSet;
import io.pika.core.rpc.ChangeAttachmentsReply;
import io.pika.core.rpc.ChangeAttachmentsRequest;
import io.pika.core.topology.Topology;
import io.pika.core.topology.TopologyCodec;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;

/**
 * Asks the manager for changes, each made for the set that this node knows and compared with the manager's. When somebody
 * was faster, the newer set is waited for and the change made anew; when an answer is lost, the same request is sent
 * again: edits are idempotent, and what is there already is no conflict.
 */
final class ManagerAttachments implements Attachments {
  private static final Duration PATIENCE = Duration.ofSeconds(8);
  private static final Duration RETRY = Duration.ofMillis(200);

  private final ManagerClient manager;
  private final IdentityKeeper identity;
  private final Topology topology;
  private final LongSupplier nanoTime;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  /** @param nanoTime monotonic */
  ManagerAttachments(ManagerClient manager, IdentityKeeper identity, Topology topology,
      LongSupplier nanoTime) {
    this.manager = manager;
    this.identity = identity;
    this.topology = topology;
    this.nanoTime = nanoTime;
    topology.listen(change -> {
      if (change.snapshot() || !change.attachments().isEmpty()) {
        tellWaiters();
      }
    });
  }

  @Override
  public Outcome change(int table, AttachmentKind kind, Change change) throws InterruptedException {
    long end = nanoTime.getAsLong() + PATIENCE.toNanos();
    String why = "changes by others do not end";
    List<AttachmentEdit> sent = List.of();
    while (nanoTime.getAsLong() - end < 0) {
      AttachmentSet now = topology.attachments(table, kind);
      if (!sent.isEmpty() && areDone(sent, now)) {
        return new Outcome.Done();
      }
      List<AttachmentEdit> edits = change.edits(now);
      if (edits.isEmpty()) {
        return new Outcome.Done();
      }
      sent = edits;
      try {
        ChangeAttachmentsReply reply = manager
            .changeAttachments(request(table, kind, now.version(), edits));
        if (!reply.getRefusal().isEmpty()) {
          return new Outcome.Refused(reply.getRefusal());
        }
        boolean known = awaitVersion(table, kind, reply.getVersion(), end);
        if (!reply.getConflict() && known) {
          return new Outcome.Done();
        }
        why = known ? why : "the manager has changes that do not arrive here";
      } catch (ManagerRefusal refusal) {
        return new Outcome.Unreachable(String.valueOf(refusal.getMessage()));
      } catch (ManagerUnreachable unreachable) {
        why = String.valueOf(unreachable.getMessage());
        Thread.sleep(RETRY);
      }
    }
    return new Outcome.Unreachable(why);
  }

  /** An answer was lost, but its change has arrived: making it anew might not be the same. */
  private static boolean areDone(List<AttachmentEdit> edits, AttachmentSet now) {
    return edits.stream().allMatch(edit -> {
      Attachment there = now.get(edit.name());
      return Objects.equals(there == null ? null : there.content(), edit.content());
    });
  }

  private ChangeAttachmentsRequest request(int table, AttachmentKind kind, long expected,
      List<AttachmentEdit> edits) {
    ChangeAttachmentsRequest.Builder request = ChangeAttachmentsRequest.newBuilder()
        .setClusterId(identity.identity().clusterId()).setNodeId(identity.identity().nodeId())
        .setTable(table).setKind(kind.word()).setExpectedVersion(expected);
    for (AttachmentEdit edit : edits) {
      Bytes content = edit.content();
      if (content == null) {
        request.addRemoved(edit.name());
      } else {
        request.addPuts(TopologyCodec.encode(new Attachment(edit.name(), 0, content)));
      }
    }
    return request.build();
  }

  /** False when the time ran out before the topology came that far. */
  private boolean awaitVersion(int table, AttachmentKind kind, long version, long end)
      throws InterruptedException {
    lock.lock();
    try {
      while (topology.attachments(table, kind).version() < version) {
        long left = end - nanoTime.getAsLong();
        if (left <= 0 || topology.table(table) == null) {
          return false;
        }
        changed.await(Math.min(left, TimeUnit.SECONDS.toNanos(1)), TimeUnit.NANOSECONDS);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void tellWaiters() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
