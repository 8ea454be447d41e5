package io.pika.node.type;

import static io.pika.node.type.AnyKey.ExpireCondition.EARLIER;
import static io.pika.node.type.AnyKey.ExpireCondition.LATER;
import static io.pika.node.type.AnyKey.ExpireCondition.NONE_BEFORE;
import static io.pika.node.type.AnyKey.ExpireCondition.SOME_BEFORE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pika.node.store.Entry;
import io.pika.proxy.protocol.RefusalException;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class AnyKeyTest {
  private static final long NOW = 1_000_000;
  private static final byte[] KEY = {'k'};
  private static final byte[] OTHER = {'o'};

  private final InMemoryKeySpace keys = new InMemoryKeySpace(NOW);

  @Test
  void aKeyThatStaysCountsAsExpiringAfterEverything() {
    keys.put(KEY, Entry.string(new byte[0], 0));
    assertThat(AnyKey.expireAt(keys, KEY, NOW + 5, Set.of(LATER))).isFalse();
    assertThat(AnyKey.expireAt(keys, KEY, NOW + 5, Set.of(SOME_BEFORE))).isFalse();
    assertThat(AnyKey.expireAt(keys, KEY, NOW + 5, Set.of(EARLIER))).isTrue();
    assertThat(AnyKey.expireAtMs(keys, KEY)).isEqualTo(NOW + 5);
  }

  @Test
  void theSameInstantIsNeitherLaterNorEarlier() {
    keys.put(KEY, Entry.string(new byte[0], NOW + 5));
    assertThat(AnyKey.expireAt(keys, KEY, NOW + 5, Set.of(LATER))).isFalse();
    assertThat(AnyKey.expireAt(keys, KEY, NOW + 5, Set.of(EARLIER))).isFalse();
    assertThat(AnyKey.expireAt(keys, KEY, NOW + 6, Set.of(SOME_BEFORE, LATER))).isTrue();
    assertThat(AnyKey.expireAt(keys, KEY, NOW + 7, Set.of(NONE_BEFORE))).isFalse();
  }

  @Test
  void anInstantThatIsNotAfterNowDeletes() {
    keys.put(KEY, Entry.string(new byte[0], 0));
    assertThat(AnyKey.expireAt(keys, KEY, NOW, Set.of())).isTrue();
    assertThat(keys.keys()).isZero();
    assertThat(AnyKey.expireAt(keys, KEY, NOW, Set.of())).isFalse();
  }

  @Test
  void negativeInstantsAreInThePast() {
    keys.put(KEY, Entry.string(new byte[0], 0));
    assertThat(AnyKey.expireAt(keys, KEY, Long.MIN_VALUE, Set.of())).isTrue();
    assertThat(AnyKey.exists(keys, KEY)).isFalse();
  }

  @Test
  void aConditionIsAskedBeforeThePastDeletes() {
    keys.put(KEY, Entry.string(new byte[0], 0));
    assertThat(AnyKey.expireAt(keys, KEY, NOW - 1, Set.of(SOME_BEFORE))).isFalse();
    assertThat(AnyKey.exists(keys, KEY)).isTrue();
  }

  @Test
  void onlyWhatExpiresCanBeMadeToStay() {
    assertThat(AnyKey.persist(keys, KEY)).isFalse();
    keys.put(KEY, Entry.string(new byte[0], NOW + 5));
    assertThat(AnyKey.persist(keys, KEY)).isTrue();
    assertThat(AnyKey.persist(keys, KEY)).isFalse();
    assertThat(AnyKey.expireAtMs(keys, KEY)).isEqualTo(AnyKey.STAYS);
  }

  @Test
  void aCopyTakesTheExpiryAlong() {
    keys.put(KEY, Entry.string(new byte[]{1}, NOW + 5));
    assertThat(AnyKey.copy(keys, KEY, OTHER, Presence.ABSENT)).isTrue();
    assertThat(AnyKey.expireAtMs(keys, OTHER)).isEqualTo(NOW + 5);
    assertThat(AnyKey.copy(keys, KEY, OTHER, Presence.ABSENT)).isFalse();
    assertThat(AnyKey.copy(keys, KEY, OTHER, Presence.ANY)).isTrue();
  }

  @Test
  void anExpiredTargetIsNoObstacle() {
    keys.put(KEY, Entry.string(new byte[]{1}, 0));
    keys.put(OTHER, Entry.string(new byte[]{2}, NOW + 1));
    keys.setNowMs(NOW + 1);
    assertThat(AnyKey.rename(keys, KEY, OTHER, Presence.ABSENT)).isTrue();
    assertThat(Objects.requireNonNull(keys.find(OTHER)).value()).isEqualTo(new byte[]{1});
    assertThat(AnyKey.expireAtMs(keys, OTHER)).isEqualTo(AnyKey.STAYS);
  }

  @Test
  void aKeyRenamedToItselfStays() {
    keys.put(KEY, Entry.string(new byte[]{1}, NOW + 5));
    assertThat(AnyKey.rename(keys, KEY, KEY, Presence.ANY)).isTrue();
    assertThat(AnyKey.rename(keys, KEY, KEY, Presence.ABSENT)).isFalse();
    assertThat(AnyKey.expireAtMs(keys, KEY)).isEqualTo(NOW + 5);
  }

  @Test
  void anAbsentKeyCannotBeRenamed() {
    assertThatThrownBy(() -> AnyKey.rename(keys, KEY, KEY, Presence.ANY)).isInstanceOf(RefusalException.class)
        .hasMessage("ERR no such key");
  }

  @Test
  void aRenamedCollectionKeepsItsElements() {
    CollectionKey made = CollectionKey.make(keys, KEY, Entry.HASH);
    made.elements().put(OTHER, KEY);
    made.grow(1);
    made.save();
    keys.put(OTHER, Entry.string(new byte[0], 0));
    assertThat(AnyKey.rename(keys, KEY, OTHER, Presence.ANY)).isTrue();
    CollectionKey moved = Objects.requireNonNull(CollectionKey.find(keys, OTHER, Entry.HASH));
    assertThat(moved.elements().get(OTHER)).isEqualTo(KEY);
    assertThat(AnyKey.exists(keys, KEY)).isFalse();
    keys.assertNoOrphans();
  }

  @Test
  void aCopiedCollectionHasElementsOfItsOwn() {
    CollectionKey made = CollectionKey.make(keys, KEY, Entry.HASH);
    made.elements().put(OTHER, KEY);
    made.grow(1);
    made.save();
    assertThat(AnyKey.copy(keys, KEY, OTHER, Presence.ABSENT)).isTrue();
    keys.delete(KEY);
    CollectionKey copy = Objects.requireNonNull(CollectionKey.find(keys, OTHER, Entry.HASH));
    assertThat(copy.size()).isEqualTo(1);
    assertThat(copy.elements().get(OTHER)).isEqualTo(KEY);
    keys.assertNoOrphans();
  }

  @Test
  void aCollectionWithoutElementsIsNoKey() {
    CollectionKey.make(keys, KEY, Entry.SET).save();
    assertThat(AnyKey.exists(keys, KEY)).isFalse();
    assertThat(keys.keys()).isZero();
  }
}
