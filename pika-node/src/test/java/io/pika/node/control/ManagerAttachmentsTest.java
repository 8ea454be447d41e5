package io.pika.node.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.grpc.Status;
import io.pika.core.bytes.Bytes;
import io.pika.core.model.Attachment;
import io.pika.core.model.AttachmentEdit;
import io.pika.core.model.AttachmentKind;
import io.pika.core.model.AttachmentSet;
import io.pika.core.model.SlotRange;
import io.pika.core.model.Table;
import io.pika.core.model.TableState;
import io.pika.core.rpc.ChangeAttachmentsReply;
import io.pika.core.topology.AttachmentsChange;
import io.pika.core.topology.Topology;
import io.pika.core.topology.TopologyChange;
import io.pika.node.control.Attachments.Outcome;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class ManagerAttachmentsTest {
  private static final int SHOP = 5;

  private final Topology topology = new Topology();
  private final AtomicLong nanos = new AtomicLong();
  private FakeManager manager;
  private ManagerClient client;
  private ManagerAttachments attachments;

  @BeforeEach
  void start() throws IOException {
    manager = FakeManager.start();
    client = new ManagerClient(List.of(manager.address()), FakeManager.SECRET, Duration.ofSeconds(2));
    attachments = new ManagerAttachments(client, new IdentityKeeper() {
      @Override
      public NodeIdentity identity() {
        return new NodeIdentity("store-1", "cluster-1", 3);
      }

      @Override
      public void keep(String clusterId, int nodeId) {
        throw new IllegalStateException("nobody asked for this");
      }
    }, topology, nanos::get);
    topology.apply(new TopologyChange(1, true, List.of(), List.of(new Table(SHOP, "shop", 1, TableState.READY,
        false, "", List.of(new SlotRange(0, 0, 1, 3, List.of(3))))), List.of(), List.of()));
  }

  @AfterEach
  void stop() {
    client.close();
    manager.close();
  }

  private void arrives(long version, String name, String content) {
    topology.apply(new TopologyChange(version, false, List.of(), List.of(), List.of(), List.of(),
        List.of(new AttachmentsChange(SHOP, AttachmentKind.USER, version,
            List.of(new Attachment(name, version, Bytes.of(content))), List.of()))));
  }

  private static ChangeAttachmentsReply at(long version) {
    return ChangeAttachmentsReply.newBuilder().setVersion(version).build();
  }

  /** Adds a letter to what is there: not the same when it is done twice. */
  private static List<AttachmentEdit> longer(AttachmentSet now) {
    Attachment ann = now.get("ann");
    return List.of(AttachmentEdit.put("ann", Bytes.of((ann == null ? "" : ann.content().utf8()) + "x")));
  }

  private Outcome change() throws InterruptedException {
    return attachments.change(SHOP, AttachmentKind.USER, ManagerAttachmentsTest::longer);
  }

  private String ann() {
    return topology.attachments(SHOP, AttachmentKind.USER).all().iterator().next().content().utf8();
  }

  @Test
  void aChangeIsDoneWhenThisNodeKnowsIt() throws Exception {
    manager.decider = request -> {
      Thread.ofVirtual().start(() -> arrives(2, "ann", "x"));
      return at(2);
    };
    assertThat(change()).isInstanceOf(Outcome.Done.class);
    assertThat(ann()).isEqualTo("x");
    assertThat(manager.asked).singleElement().satisfies(request -> {
      assertThat(request.getExpectedVersion()).isZero();
      assertThat(request.getTable()).isEqualTo(SHOP);
      assertThat(request.getNodeId()).isEqualTo(3);
    });
  }

  @Test
  void whoWasSlowerMakesTheChangeAnewForTheNewestSet() throws Exception {
    manager.decider = request -> {
      if (request.getExpectedVersion() == 0) {
        Thread.ofVirtual().start(() -> arrives(2, "ann", "others"));
        return ChangeAttachmentsReply.newBuilder().setVersion(2).setConflict(true).build();
      }
      arrives(3, "ann", request.getPuts(0).getContent().toStringUtf8());
      return at(3);
    };
    assertThat(change()).isInstanceOf(Outcome.Done.class);
    assertThat(ann()).isEqualTo("othersx");
  }

  @Test
  void aChangeWhoseAnswerWasLostIsNotMadeTwice() throws Exception {
    manager.decider = request -> {
      arrives(2, "ann", request.getPuts(0).getContent().toStringUtf8());
      throw Status.UNAVAILABLE.asRuntimeException();
    };
    assertThat(change()).isInstanceOf(Outcome.Done.class);
    assertThat(ann()).isEqualTo("x");
    assertThat(manager.asked).hasSize(1);
  }

  @Test
  void withoutAManagerNothingChangesAndItIsSaidSo() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    manager.decider = request -> {
      calls.incrementAndGet();
      nanos.addAndGet(Duration.ofSeconds(3).toNanos());
      throw Status.UNAVAILABLE.withDescription("this manager does not lead (yet)").asRuntimeException();
    };
    assertThat(change()).isInstanceOfSatisfying(Outcome.Unreachable.class,
        outcome -> assertThat(outcome.why()).contains("does not lead"));
    assertThat(calls).hasValue(3);
    assertThat(topology.attachments(SHOP, AttachmentKind.USER)).isEqualTo(AttachmentSet.EMPTY);
  }

  @Test
  void whatTheManagerRefusesIsNotTriedAgain() throws Exception {
    manager.decider = request -> ChangeAttachmentsReply.newBuilder().setRefusal("too many").build();
    assertThat(change()).isEqualTo(new Outcome.Refused("too many"));
    assertThat(manager.asked).hasSize(1);
  }

  @Test
  void whatIsAttachedIsKeptOnDiskWithTheTopology(@TempDir Path directory) throws Exception {
    arrives(2, "ann", "rules");
    try (TopologyCache cache = TopologyCache.open(directory)) {
      TopologyKeeper keeper = new TopologyKeeper(topology, cache);
      keeper.accept(new TopologyChange(3, false, List.of(), List.of(), List.of(), List.of(),
          List.of(new AttachmentsChange(SHOP, AttachmentKind.LIBRARY, 3,
              List.of(new Attachment("lib", 3, Bytes.of("code"))), List.of()))));
      cache.replace(new TopologyChange(3, true, List.of(), List.copyOf(topology.tables()), List.of(),
          List.of(), topology.attachments()));
      keeper.accept(new TopologyChange(4, false, List.of(), List.of(), List.of(), List.of(),
          List.of(new AttachmentsChange(SHOP, AttachmentKind.USER, 4, List.of(), List.of("ann")))));
    }
    Topology restarted = new Topology();
    try (TopologyCache cache = TopologyCache.open(directory)) {
      new TopologyKeeper(restarted, cache).load();
    }
    for (AttachmentKind kind : AttachmentKind.values()) {
      assertThat(restarted.attachments(SHOP, kind)).isEqualTo(topology.attachments(SHOP, kind));
    }
    assertThat(restarted.attachments(SHOP, AttachmentKind.USER)).isEqualTo(
        AttachmentSet.EMPTY.with(4, List.of(), List.of()));
  }
}
