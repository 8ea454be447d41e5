package io.pika.proxy.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.pika.core.model.NodeInfo;
import io.pika.core.model.SlotRange;
import io.pika.core.model.Table;
import io.pika.core.model.TableState;
import io.pika.core.topology.Topology;
import io.pika.core.topology.TopologyChange;
import io.pika.proxy.peer.PeerOutcome;
import io.pika.proxy.peer.PeerRequest;
import io.pika.proxy.peer.Upstream;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Waitings whose leader is another node. */
class WaitsTest {
  private static final PeerOutcome NOT_SENT = new PeerOutcome.NotSent(PeerOutcome.NotSent.Cause.UNREACHABLE);
  private static final Table TABLE = new Table(7, "t", 1, TableState.READY, false, "",
      List.of(new SlotRange(0, 0, 1, 2, List.of(2))));

  private final Topology topology = new Topology();
  private final SimTimer timer = new SimTimer();
  private final List<String> sent = new ArrayList<>();
  private final List<String> texts = new ArrayList<>();
  private final List<Upstream.Callback> callbacks = new ArrayList<>();
  private final List<Reply> replies = new ArrayList<>();
  private Waits waits;

  @BeforeEach
  void placeTheTable() {
    topology.apply(new TopologyChange(1, false, List.of(new NodeInfo(2, "127.0.0.1", 4, 5, 6, "")),
        List.of(TABLE), List.of(), List.of()));
    LocalWaits nobody = (table, slot, epoch, request, answer) -> {
      throw new IllegalStateException("nothing is led here");
    };
    waits = new Waits(1, topology, nobody, Runnable::run, this::send, timer, RouterOptions.DEFAULTS,
        new RouterStats(), 0);
  }

  private void send(int node, PeerRequest request, Upstream.Callback callback) {
    String text = request.command().toString(StandardCharsets.US_ASCII);
    request.command().release();
    texts.add(text);
    sent.add(text.contains(Waits.UNPARK)
        ? Waits.UNPARK
        : text.contains(Waits.RESOLVE) ? Waits.RESOLVE : Waits.PARK);
    callbacks.add(callback);
  }

  private Waits.Wait begin() {
    return waits.begin(TABLE, 0, Request.of("BLPOP", "q", "0"), 2, replies::add);
  }

  @Test
  void anEndThatWasNotSentIsSentAgainUntilItArrives() {
    Waits.Wait wait = begin();
    wait.cancel();
    assertThat(sent).containsExactly(Waits.PARK, Waits.UNPARK);
    callbacks.removeLast().done(NOT_SENT);
    timer.runAll();
    assertThat(sent).containsExactly(Waits.PARK, Waits.UNPARK, Waits.UNPARK);
    callbacks.removeLast().done(NOT_SENT);
    timer.runAll();
    assertThat(sent).hasSize(4).last().isEqualTo(Waits.UNPARK);
    callbacks.removeFirst().done(new PeerOutcome.Answered(
        Unpooled.copiedBuffer("*-1\r\n", StandardCharsets.US_ASCII)));
    callbacks.removeLast().done(NOT_SENT);
    timer.runAll();
    assertThat(sent).as("it has ended").hasSize(4);
    assertThat(replies).hasSize(1);
  }

  private Waits.Wait read() {
    return waits.begin(TABLE, 0, Request.of("XREAD", "BLOCK", "0", "STREAMS", "s", "$"), 2, replies::add);
  }

  private static PeerOutcome answer(String text) {
    return new PeerOutcome.Answered(Unpooled.copiedBuffer(text, StandardCharsets.US_ASCII));
  }

  @Test
  void whatMeansItsMomentIsResolvedOnceAndWaitsWithThatEverywhere() {
    read();
    callbacks.removeLast().done(NOT_SENT);
    timer.runAll();
    callbacks.removeLast().done(answer("$8\r\nresolved\r\n"));
    callbacks.removeLast().done(NOT_SENT);
    timer.runAll();
    assertThat(sent).containsExactly(Waits.RESOLVE, Waits.RESOLVE, Waits.PARK, Waits.PARK);
    assertThat(texts.subList(2, 4)).allMatch(text -> text.contains("resolved") && !text.contains("XREAD"));
    callbacks.removeLast().done(answer("*0\r\n"));
    assertThat(replies).hasSize(1);
  }

  @Test
  void whatCannotBeResolvedIsRefused() {
    read();
    callbacks.removeLast().done(answer("-WRONGTYPE no stream\r\n"));
    assertThat(replies).containsExactly(Reply.error("WRONGTYPE no stream"));
    assertThat(sent).containsExactly(Waits.RESOLVE);
  }

  @Test
  void whoseTimeIsOverBeforeItIsResolvedStillHearsWhatThereIs() {
    Waits.Wait wait = read();
    wait.cancel();
    callbacks.getFirst().done(answer("$8\r\nresolved\r\n"));
    assertThat(sent).containsExactly(Waits.RESOLVE, Waits.UNPARK, Waits.PARK, Waits.UNPARK);
  }
}
