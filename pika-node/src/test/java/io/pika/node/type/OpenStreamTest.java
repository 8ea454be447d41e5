package io.pika.node.type;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pika.node.store.CollectionHead;
import io.pika.node.store.Entry;
import io.pika.node.type.StreamTrim.Bound;
import io.pika.node.type.StreamTrim.Effort;
import io.pika.proxy.protocol.RefusalException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class OpenStreamTest {
  private static final long NOW = 1_700_000_000_000L;
  private static final byte[] KEY = {'s'};
  private static final List<byte[]> FIELDS = List.of(new byte[]{'f'}, new byte[]{'v'});

  private final InMemoryKeySpace keys = new InMemoryKeySpace(NOW);

  @Test
  void aClockThatStandsStillOrGoesBackDoesNotMakeIdsSmaller() {
    assertThat(add(new NewStreamId.Now())).isEqualTo(new StreamId(NOW, 0));
    assertThat(add(new NewStreamId.Now())).isEqualTo(new StreamId(NOW, 1));
    keys.setNowMs(NOW - 500);
    assertThat(add(new NewStreamId.Now())).isEqualTo(new StreamId(NOW, 2));
    keys.setNowMs(NOW + 1);
    assertThat(add(new NewStreamId.Now())).isEqualTo(new StreamId(NOW + 1, 0));
  }

  @Test
  void afterAnIdBeyondTheClockTheNextOnesFollowIt() {
    add(new NewStreamId.Exactly(new StreamId(-2, -1)));
    assertThat(add(new NewStreamId.Now())).isEqualTo(new StreamId(-1, 0));
  }

  @Test
  void aMillisecondThatIsFullTakesNoMore() {
    add(new NewStreamId.Exactly(new StreamId(5, -1)));
    assertThatThrownBy(() -> add(new NewStreamId.Within(5))).isSameAs(Refusals.STREAM_ID_NOT_GREATER);
    add(new NewStreamId.Exactly(StreamId.MAX));
    assertThatThrownBy(() -> add(new NewStreamId.Now())).isSameAs(Refusals.STREAM_EXHAUSTED);
  }

  @Test
  void whatIsRefusedMakesNoKey() {
    assertThatThrownBy(() -> add(new NewStreamId.Exactly(StreamId.ZERO)))
        .isInstanceOf(RefusalException.class);
    assertThat(keys.keys()).isZero();
  }

  @Test
  void aStreamStaysWithoutEntries() {
    StreamId id = add(new NewStreamId.Now());
    assertThat(open().delete(List.of(id, id))).isEqualTo(1);
    assertThat(keys.keys()).isEqualTo(1);
    assertThat(open().length()).isZero();
    assertThat(open().firstId()).isEqualTo(StreamId.ZERO);
    assertThat(open().maxDeletedId()).isEqualTo(id);
    assertThat(open().lastId()).isEqualTo(id);
    assertThat(open().first()).isNull();
    assertThat(open().last()).isNull();
  }

  @Test
  void exactTrimmingLeavesTheNewest() {
    for (int kept : new int[]{999, 990, 500, 10, 1, 0}) {
      keys.clear();
      fill(1000);
      assertThat(trim(new Bound.Length(kept), new Effort.Exact())).isEqualTo(1000 - kept);
      assertThat(ids()).hasSize(kept);
      assertThat(open().firstId()).isEqualTo(kept == 0 ? StreamId.ZERO : new StreamId(1001 - kept, 0));
      assertThat(open().maxDeletedId()).as("trimming is no deletion from the middle")
          .isEqualTo(StreamId.ZERO);
    }
  }

  @Test
  void exactTrimmingByIdLeavesThatIdAndWhatIsBehindIt() {
    fill(1000);
    assertThat(trim(new Bound.From(new StreamId(1, 0)), new Effort.Exact())).isZero();
    assertThat(trim(new Bound.From(new StreamId(400, 1)), new Effort.Exact())).isEqualTo(400);
    assertThat(open().firstId()).isEqualTo(new StreamId(401, 0));
    assertThat(trim(new Bound.From(new StreamId(2000, 0)), new Effort.Exact())).isEqualTo(600);
    assertThat(open().length()).isZero();
  }

  @Test
  void roughTrimmingGoesByWholeHundredsWithinItsLimit() {
    fill(1000);
    assertThat(trim(new Bound.Length(250), new Effort.Rough(0))).isEqualTo(700);
    assertThat(trim(new Bound.Length(0), new Effort.Rough(250))).isEqualTo(200);
    assertThat(trim(new Bound.From(new StreamId(950, 0)), new Effort.Rough(10_000))).isZero();
    assertThat(trim(new Bound.From(new StreamId(2000, 0)), new Effort.Rough(99))).isZero();
    assertThat(trim(new Bound.From(new StreamId(2000, 0)), new Effort.Rough(0))).isEqualTo(100);
  }

  @Test
  void rangesIncludeBothEndsAndGoBothWays() {
    fill(5);
    OpenStream stream = open();
    List<Long> found = new ArrayList<>();
    stream.range(new StreamId(2, 0), new StreamId(4, 0), 0, entry -> found.add(entry.id().ms()));
    stream.entries(new StreamId(2, 0), new StreamId(4, 0), Direction.DOWN, 2)
        .each((name, value) -> found.add(OpenStream.entryOf(name, value).id().ms()));
    stream.range(new StreamId(4, 0), new StreamId(2, 0), 0, entry -> found.add(entry.id().ms()));
    assertThat(found).containsExactly(2L, 3L, 4L, 4L, 3L);
  }

  @Test
  void otherTypesAreRefused() {
    keys.put(KEY, Entry.collection(Entry.HASH, new CollectionHead(9, 1, new byte[0]), 0));
    assertThatThrownBy(() -> OpenStream.find(keys, KEY)).isSameAs(Refusals.WRONG_TYPE);
    assertThatThrownBy(() -> OpenStream.findOrMake(keys, KEY)).isSameAs(Refusals.WRONG_TYPE);
  }

  @Test
  void aCopyHasItsOwnGroups() {
    fill(3);
    OpenGroup.create(open(), KEY, StreamId.ZERO, OpenGroup.UNKNOWN);
    byte[] copy = {'c'};
    assertThat(AnyKey.copy(keys, KEY, copy, Presence.ABSENT)).isTrue();
    OpenGroup original = Objects.requireNonNull(OpenGroup.find(open(), KEY));
    original.readNew(KEY, 0, OpenGroup.Delivery.ACKNOWLEDGED, entry -> {});
    OpenStream copied = Objects.requireNonNull(OpenStream.find(keys, copy));
    assertThat(Objects.requireNonNull(OpenGroup.find(copied, KEY)).pending()).isZero();
    keys.delete(KEY);
    keys.assertNoOrphans();
    assertThat(copied.length()).isEqualTo(3);
  }

  private void fill(int entries) {
    for (int i = 1; i <= entries; i++) {
      add(new NewStreamId.Exactly(new StreamId(i, 0)));
    }
  }

  private StreamId add(NewStreamId id) {
    return OpenStream.findOrMake(keys, KEY).add(id, FIELDS, null);
  }

  private long trim(Bound bound, Effort effort) {
    return open().trim(new StreamTrim(bound, effort));
  }

  private List<StreamId> ids() {
    List<StreamId> ids = new ArrayList<>();
    open().range(StreamId.ZERO, StreamId.MAX, 0, entry -> ids.add(entry.id()));
    return ids;
  }

  private OpenStream open() {
    return Objects.requireNonNull(OpenStream.find(keys, KEY));
  }
}
