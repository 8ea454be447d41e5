package io.pika.node.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.pika.node.history.Digest;
import io.pika.node.history.Position;
import io.pika.node.log.LogSearch.Slot;
import io.pika.node.replica.SimNode.Led;
import io.pika.node.store.Following.End;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class FollowerStreamTest {
  private static final Slot SLOT = new Slot(1, 0);
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  private final SimNode node = new SimNode(2);
  private final List<Message> said = new ArrayList<>();
  private final List<Copies.Need> needs = new ArrayList<>();
  private final FollowerStream stream = new FollowerStream(1, node.log, node, node, needs::add, said::add);

  private void follow(long epoch) {
    node.topology.put(SLOT, new Led(1, epoch, epoch));
    stream.want(Map.of(SLOT, epoch));
  }

  /** Found by the simulation: what was appended and not synced when the slot was asked for was acknowledged. */
  @Test
  void anAcknowledgementWaitsForAllThatTheLeaderHeardOf() throws Exception {
    node.write(SLOT, 1, new byte[3]);
    follow(1);
    said.clear();
    stream.receive(new Message.Records(1, NOTHING, List.of()));
    assertThat(said).isEmpty();
    node.log.sync();
    assertThat(said).containsExactly(new Message.Acknowledge(1));
  }

  @Test
  void aSlotThatIsNotTakenIsLetGoOfBeforeTheMessageIsAcknowledged() throws Exception {
    follow(1);
    said.clear();
    node.promised.put(SLOT, 2L);
    stream.receive(new Message.Records(1, NOTHING, List.of(new End(SLOT, 1, Digest.NONE))));
    assertThat(said).containsExactly(new Message.Unsubscribe(List.of(SLOT)), new Message.Acknowledge(1));
    said.clear();
    node.promised.clear();
    stream.retry();
    assertThat(said).hasSize(1).first().isInstanceOf(Message.Subscribe.class);
  }

  @Test
  void aGreaterEpochOfTheSameLeaderIsAskedForAnew() {
    follow(1);
    said.clear();
    follow(1);
    assertThat(said).isEmpty();
    follow(2);
    assertThat(said).hasSize(1).first().isInstanceOfSatisfying(Message.Subscribe.class,
        subscribe -> assertThat(subscribe.wishes()).extracting(Message.Wish::epoch).containsExactly(2L));
  }

  @Test
  void whatCannotGoOnFromTheLogWaitsForACopy() throws Exception {
    follow(1);
    said.clear();
    stream.receive(
        new Message.TurnDown(List.of(new Message.Refusal(SLOT, 1, Message.Reason.LOG_TOO_SHORT, 0))));
    stream.retry();
    assertThat(said).isEmpty();
    assertThat(stream.needCopy()).isEqualTo(1);
    assertThat(needs).containsExactly(new Copies.Need(SLOT, 1, 1, Message.Reason.LOG_TOO_SHORT, 0));
    stream.copied(SLOT);
    assertThat(stream.following()).isEqualTo(1);
    assertThat(said).hasSize(1);
  }

  @Test
  void recordsThatComeAfterASlotWasLetGoOfAreLeftOut() throws Exception {
    follow(1);
    stream.want(Map.of());
    said.clear();
    stream.receive(new Message.Records(1, NOTHING, List.of(new End(SLOT, 1, 77))));
    assertThat(node.position(SLOT).newest()).isEqualTo(Position.NONE);
    assertThat(said).containsExactly(new Message.Acknowledge(1));
    assertThat(needs).isEmpty();
  }
}
