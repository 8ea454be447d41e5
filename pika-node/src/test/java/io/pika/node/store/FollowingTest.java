package io.pika.node.store;

import static io.pika.node.store.StoreBench.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.pika.node.history.SlotPosition;
import io.pika.node.log.LogCursor;
import io.pika.node.log.LogSearch.Slot;
import io.pika.node.store.Following.End;
import io.pika.node.store.Following.Outcome;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A leader's and a follower's real store; the records are carried by hand. */
class FollowingTest {
  private static final InstantSource CLOCK = InstantSource.system();
  private static final Slot FIRST = new Slot(1, 3);
  private static final Slot SECOND = new Slot(1, 9);

  @TempDir Path directory;
  private Store leader;
  private Store follower;

  @BeforeEach
  void open() {
    leader = Store.open(directory.resolve("leader"), StoreOptions.DEFAULT, CLOCK);
    follower = Store.open(directory.resolve("follower"), StoreOptions.DEFAULT, CLOCK);
  }

  @AfterEach
  void close() {
    leader.close();
    follower.close();
  }

  private static void put(Store store, Slot slot, long epoch, String key, String value) throws Exception {
    int[] stripes = {store.locks().stripe(slot.table(), slot.slot())};
    store.locks().lock(stripes);
    try {
      Batch batch = store.batch();
      batch.begin(slot.table(), slot.slot(), epoch).put(bytes(key), Entry.string(bytes(value), 0));
      batch.end();
      batch.commit();
    } finally {
      store.locks().unlock(stripes);
    }
  }

  private static boolean has(Store store, Slot slot, String key) {
    int[] stripes = {store.locks().stripe(slot.table(), slot.slot())};
    store.locks().lock(stripes);
    try {
      return store.batch().slot(slot.table(), slot.slot()).find(bytes(key)) != null;
    } finally {
      store.locks().unlock(stripes);
    }
  }

  /** All records of a log from a position on. */
  private static ByteBuffer records(Store store, long from) throws Exception {
    List<ByteBuffer> frames = new ArrayList<>();
    int bytes = 0;
    try (LogCursor cursor = new LogCursor(store.log(), from)) {
      for (ByteBuffer frame = cursor.next(); frame != null; frame = cursor.next()) {
        frames.add(ByteBuffer.allocate(frame.remaining()).put(frame).flip());
        bytes += frames.getLast().remaining();
      }
    }
    ByteBuffer all = ByteBuffer.allocate(bytes);
    frames.forEach(all::put);
    return all.flip();
  }

  private static SlotPosition at(Store store, Slot slot) {
    SlotPosition position = new Following(store).position(slot);
    return new SlotPosition(position.newest(), position.digest(), position.history(), 0, 0);
  }

  private static End end(Store store, Slot slot, long epoch) {
    return new End(slot, epoch, at(store, slot).digest());
  }

  private List<Outcome> take(ByteBuffer records, End... ends) throws Exception {
    return new Following(follower).take(records, List.of(ends), (slot, epoch) -> epoch > 1).outcomes();
  }

  @Test
  void recordsAreTakenAsTheyAreAndOutliveARestart() throws Exception {
    put(leader, FIRST, 1, "a", "1");
    put(leader, SECOND, 1, "b", "2");
    put(leader, FIRST, 2, "c", "3");
    assertThat(take(records(leader, 0), end(leader, FIRST, 2), end(leader, SECOND, 2)))
        .containsExactly(Outcome.TAKEN, Outcome.TAKEN);
    assertThat(at(follower, FIRST)).isEqualTo(at(leader, FIRST));
    assertThat(has(follower, FIRST, "c")).isTrue();
    assertThat(follower.keys(1, 0, 15)).isEqualTo(3);
    assertThat(records(follower, 0).remaining()).isEqualTo(records(leader, 0).remaining());

    follower.abandon();
    follower = Store.open(directory.resolve("follower"), StoreOptions.DEFAULT, CLOCK);
    assertThat(at(follower, FIRST)).isEqualTo(at(leader, FIRST));
    assertThat(at(follower, SECOND)).isEqualTo(at(leader, SECOND));
    assertThat(has(follower, FIRST, "a")).isTrue();
    follower.flush();
    assertThat(has(follower, SECOND, "b")).isTrue();
  }

  @Test
  void whatDoesNotGoOnFromHereChangesNothing() throws Exception {
    put(leader, FIRST, 2, "a", "1");
    long behind = leader.log().endPosition();
    put(leader, FIRST, 2, "b", "2");
    put(leader, SECOND, 2, "c", "3");
    assertThat(take(records(leader, behind), end(leader, FIRST, 2), end(leader, SECOND, 2)))
        .containsExactly(Outcome.OUT_OF_ORDER, Outcome.TAKEN);
    assertThat(at(follower, FIRST).newest().index()).isZero();
    assertThat(has(follower, FIRST, "b")).isFalse();
    assertThat(at(follower, SECOND)).isEqualTo(at(leader, SECOND));
  }

  @Test
  void aSmallerEpochThanTheNodeWasToldOfIsRefused() throws Exception {
    put(leader, FIRST, 1, "a", "1");
    assertThat(take(records(leader, 0), end(leader, FIRST, 1))).containsExactly(Outcome.STALE);
    put(leader, FIRST, 3, "b", "1");
    assertThat(take(records(leader, 0), end(leader, FIRST, 2))).containsExactly(Outcome.STALE);
    assertThat(at(follower, FIRST).newest().index()).isZero();
  }

  @Test
  void otherContentsAtTheSamePositionShowWithTheNextRecord() throws Exception {
    put(leader, FIRST, 2, "a", "1");
    put(follower, FIRST, 2, "a", "other");
    assertThat(at(follower, FIRST).newest()).isEqualTo(at(leader, FIRST).newest());
    long from = leader.log().endPosition();
    put(leader, FIRST, 2, "b", "2");
    assertThat(take(records(leader, from), end(leader, FIRST, 2))).containsExactly(Outcome.DIFFERENT);
    assertThat(has(follower, FIRST, "b")).isFalse();
  }

  @Test
  void recordsOfSlotsWithoutAnEndAreLeftOut() throws Exception {
    put(leader, FIRST, 2, "a", "1");
    put(leader, SECOND, 2, "b", "2");
    assertThat(take(records(leader, 0), end(leader, SECOND, 2))).containsExactly(Outcome.TAKEN);
    assertThat(at(follower, FIRST).newest().index()).isZero();
    assertThat(records(follower, 0).remaining()).isLessThan(records(leader, 0).remaining());
  }

  @Test
  void aPositionThatIsAnsweredHasAllThatIsEverTakenBeforeThePromise() throws Exception {
    AtomicLong promised = new AtomicLong();
    Following.Fence fence = (slot, epoch) -> epoch >= promised.get();
    Following following = new Following(follower);
    AtomicLong lastTaken = new AtomicLong();
    Thread stream = Thread.ofPlatform().start(() -> {
      try {
        for (int i = 0; i < 20_000; i++) {
          long from = leader.log().endPosition();
          put(leader, FIRST, 1, "k" + i % 100, "v");
          Following.Result result = following.take(records(leader, from), List.of(end(leader, FIRST, 1)),
              fence);
          if (result.outcomes().getFirst() != Outcome.TAKEN) {
            return;
          }
          lastTaken.set(at(leader, FIRST).newest().index());
        }
      } catch (Exception e) {
        throw new AssertionError(e);
      }
    });
    while (lastTaken.get() < 20) {
      Thread.onSpinWait();
    }
    Following.Promised answer = following.promise(FIRST, 2, () -> {
      promised.set(2);
      return true;
    });
    stream.join();
    assertThat(answer.promised()).isTrue();
    assertThat(answer.inCopy()).isFalse();
    assertThat(answer.newest().index()).isEqualTo(lastTaken.get());
  }

  @Test
  void whoHasRecordsOfAGreaterEpochPromisesNothing() throws Exception {
    put(leader, FIRST, 3, "a", "1");
    Following.Promised answer = new Following(leader).promise(FIRST, 2, () -> {
      throw new AssertionError("nobody is to be asked");
    });
    assertThat(answer.promised()).isFalse();
    assertThat(answer.newest().epoch()).isEqualTo(3);
  }
}
