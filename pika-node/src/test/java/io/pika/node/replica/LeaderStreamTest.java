package io.pika.node.replica;

import static org.assertj.core.api.Assertions.assertThat;

import io.pika.node.history.History;
import io.pika.node.history.Position;
import io.pika.node.log.LogSearch.Slot;
import io.pika.node.log.RecordHeader;
import io.pika.node.replica.Message.Reason;
import io.pika.node.replica.Message.Refusal;
import io.pika.node.replica.SimNode.Led;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeaderStreamTest {
  private static final Slot SLOT = new Slot(1, 0);
  private static final Slot OTHER = new Slot(1, 1);

  private final SimNode node = new SimNode(1);
  private final List<Message> said = new ArrayList<>();
  private final LeaderStream stream = new LeaderStream(node.log, node, node,
      new LeaderStream.Limits(100, 300, 1000), said::add);

  private void lead(Slot slot, long epoch) {
    node.topology.put(slot, new Led(1, epoch, epoch));
  }

  private void wish(Slot slot, long epoch, Position newest, History history, long digest) {
    stream.receive(new Message.Subscribe(List.of(new Message.Wish(slot, epoch, newest, digest, history))));
  }

  private void wishFromTheBegin(Slot slot) {
    wish(slot, 1, Position.NONE, History.NONE, 0);
  }

  private void pumpAll() throws Exception {
    boolean any = true;
    while (any) {
      any = stream.pump();
    }
  }

  private void acknowledgeAll() {
    said.stream().mapToLong(message -> message instanceof Message.Records part ? part.number() : 0).max()
        .ifPresent(number -> stream.receive(new Message.Acknowledge(number)));
  }

  @Test
  void aSlotIsInStepWhenItsFollowerHasSaidSo() throws Exception {
    lead(SLOT, 1);
    node.write(SLOT, 1, new byte[10]);
    wishFromTheBegin(SLOT);
    pumpAll();
    assertThat(stream.acknowledged(SLOT)).isNegative();
    acknowledgeAll();
    assertThat(stream.acknowledged(SLOT)).isGreaterThanOrEqualTo(node.log.endPosition());
    long written = node.write(SLOT, 1, new byte[10]).getValue();
    pumpAll();
    assertThat(stream.acknowledged(SLOT)).isLessThan(written);
    acknowledgeAll();
    assertThat(stream.acknowledged(SLOT)).isGreaterThanOrEqualTo(written);
  }

  @Test
  void aSlotIsInStepWithALogThatGoesOnForOthersOnly() throws Exception {
    lead(SLOT, 1);
    node.write(SLOT, 1, new byte[10]);
    wishFromTheBegin(SLOT);
    pumpAll();
    acknowledgeAll();
    long others = node.write(OTHER, 1, new byte[10]).getValue();
    pumpAll();
    assertThat(stream.acknowledged(SLOT)).isGreaterThanOrEqualTo(others);
    node.write(SLOT, 1, new byte[10]);
    pumpAll();
    long after = node.write(OTHER, 1, new byte[10]).getValue();
    pumpAll();
    assertThat(stream.acknowledged(SLOT)).isLessThan(after);
    acknowledgeAll();
    pumpAll();
    assertThat(stream.acknowledged(SLOT)).isGreaterThanOrEqualTo(after);
  }

  @Test
  void nothingIsReadForAFollowerThatDoesNotAcknowledge() throws Exception {
    lead(SLOT, 1);
    for (int i = 0; i < 100; i++) {
      node.write(SLOT, 1, new byte[50]);
    }
    wishFromTheBegin(SLOT);
    pumpAll();
    long bytes = said.stream().mapToLong(message -> ((Message.Records) message).records().remaining()).sum();
    assertThat(bytes).isBetween(300L, 600L);
    assertThat(stream.hasWork()).isFalse();
    acknowledgeAll();
    assertThat(stream.hasWork()).isTrue();
  }

  @Test
  void whatTheLogDoesNotHaveAnyMoreIsToBeCopied() throws Exception {
    lead(SLOT, 1);
    lead(OTHER, 1);
    for (int i = 0; i < 30; i++) {
      node.write(SLOT, 1, new byte[50]);
    }
    node.flush();
    node.write(OTHER, 1, new byte[50]);
    wishFromTheBegin(SLOT);
    wishFromTheBegin(OTHER);
    pumpAll();
    assertThat(said).contains(new Message.TurnDown(List.of(new Refusal(SLOT, 1, Reason.LOG_TOO_SHORT, 0))));
    acknowledgeAll();
    assertThat(stream.acknowledged(OTHER)).isNotNegative();
    assertThat(stream.acknowledged(SLOT)).isNegative();
  }

  @Test
  void whatTheLogHasFromBeforeACopyIsShippedToNobody(@TempDir Path directory) throws Exception {
    Position first = node.write(SLOT, 1, new byte[50]).getKey().position();
    long digest = node.replica(SLOT).digest;
    History history = node.replica(SLOT).history;
    SimNode.Replica other = node.replica(SLOT).copy();
    for (int i = 0; i < 5; i++) {
      node.write(SLOT, 1, new byte[50]);
    }
    for (int i = 2; i <= 4; i++) {
      other.add(new SimNode.Record(new Position(2, i), i));
    }
    node.become(SLOT, other);
    lead(SLOT, 3);
    byte[] value = {9};
    SimNode.Record after = node.write(SLOT, 3, value).getKey();

    wish(SLOT, 3, first, history, digest);
    pumpAll();
    assertThat(said)
        .containsExactly(new Message.TurnDown(List.of(new Refusal(SLOT, 3, Reason.LOG_TOO_SHORT, 0))));
    said.clear();
    wish(SLOT, 3, other.newest(), other.history, other.digest);
    pumpAll();
    assertThat(said.getFirst()).isInstanceOfSatisfying(Message.Records.class, records -> {
      assertThat(RecordHeader.peek(records.records()).position()).isEqualTo(after.position());
      assertThat(records.ends().getFirst().digest()).isEqualTo(node.replica(SLOT).digest);
    });
    assertThat(new DivergedTails(directory, node.log).keep(SLOT, node.position(SLOT), 1).records())
        .isEqualTo(1);
  }

  @Test
  void whoHasRecordsOfItsOwnHasDiverged() throws Exception {
    lead(SLOT, 3);
    node.write(SLOT, 1, new byte[1]);
    node.write(SLOT, 3, new byte[1]);
    wish(SLOT, 3, new Position(1, 4), History.NONE.with(1, 1), 5);
    assertThat(said).containsExactly(new Message.TurnDown(List.of(new Refusal(SLOT, 3, Reason.DIVERGED, 1))));
  }

  @Test
  void theSamePositionWithOtherContentsShowsAtOnceAndAnEarlierOneWhenItCatchesUp() throws Exception {
    lead(SLOT, 1);
    node.write(SLOT, 1, new byte[1]);
    History history = History.NONE.with(1, 1);
    wish(SLOT, 1, new Position(1, 1), history, node.replica(SLOT).digest + 1);
    assertThat(said)
        .containsExactly(new Message.TurnDown(List.of(new Refusal(SLOT, 1, Reason.DIFFERENT, 0))));
    said.clear();
    long digest = node.replica(SLOT).digest;
    node.write(SLOT, 1, new byte[1]);
    wish(SLOT, 1, new Position(1, 1), history, digest + 1);
    pumpAll();
    assertThat(said).contains(new Message.TurnDown(List.of(new Refusal(SLOT, 1, Reason.DIFFERENT, 0))));
    assertThat(stream.subscribed()).isZero();
  }

  @Test
  void whatIsNotLedAtThatEpochIsTurnedDown() throws Exception {
    lead(SLOT, 1);
    wish(SLOT, 2, Position.NONE, History.NONE, 0);
    assertThat(said).containsExactly(new Message.TurnDown(List.of(new Refusal(SLOT, 2, Reason.NOT_LED, 0))));
    wishFromTheBegin(SLOT);
    pumpAll();
    said.clear();
    node.promised.put(SLOT, 2L);
    stream.checkLeadership();
    assertThat(said).containsExactly(new Message.TurnDown(List.of(new Refusal(SLOT, 1, Reason.NOT_LED, 0))));
  }

  @Test
  void recordsThatOnlyThisReplicaHasAreKeptInAFile(@TempDir Path directory) throws Exception {
    for (int i = 0; i < 20; i++) {
      node.write(SLOT, 1, new byte[50]);
      node.write(OTHER, 1, new byte[50]);
    }
    DivergedTails.Kept kept = new DivergedTails(directory.resolve("diverged"), node.log).keep(SLOT,
        node.position(SLOT), 15);
    assertThat(kept.records()).isEqualTo(5);
    assertThat(kept.file()).hasFileName("1-0-1-20.records");
    assertThat(Files.size(kept.file())).isEqualTo(5 * 102L);
  }
}
