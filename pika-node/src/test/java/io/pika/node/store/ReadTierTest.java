package io.pika.node.store;

import static io.pika.node.store.StoreBench.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class ReadTierTest {
  private static final byte[] LONG = new byte[100];

  private ReadTier tier = new ReadTier(1 << 20, 7);
  private SlotReads slot = new SlotReads(tier);

  @AfterEach
  void close() {
    tier.close();
  }

  private void begin(long bytes) {
    tier.close();
    tier = new ReadTier(bytes, 7);
    slot = new SlotReads(tier);
  }

  private static byte[] key(int number) {
    return bytes("key:" + number);
  }

  private boolean has(int number) {
    return slot.get(key(number)) != null;
  }

  @Test
  void whatWentInIsFound() {
    slot.put(bytes("a"), bytes("one"));
    slot.put(bytes("ab"), new byte[0]);
    slot.put(new byte[0], bytes("empty"));
    slot.put(new byte[]{0, -1, 0, 10, 13, 0, 0, 0, 0}, bytes("binary"));
    assertThat(slot.get(bytes("a"))).isEqualTo(bytes("one"));
    assertThat(slot.get(bytes("ab"))).isEqualTo(new byte[0]).isNotSameAs(ReadTier.ABSENT);
    assertThat(slot.get(new byte[0])).isEqualTo(bytes("empty"));
    assertThat(slot.get(new byte[]{0, -1, 0, 10, 13, 0, 0, 0, 0})).isEqualTo(bytes("binary"));
    assertThat(slot.get(new byte[]{0, -1, 0, 10, 13, 0, 0, 0, 1})).isNull();
    assertThat(slot.get(bytes("b"))).isNull();
  }

  @Test
  void thatThereIsNothingIsKnownToo() {
    slot.put(bytes("a"), null);
    assertThat(slot.get(bytes("a"))).isSameAs(ReadTier.ABSENT);
    slot.put(bytes("a"), bytes("now there is"));
    assertThat(slot.get(bytes("a"))).isEqualTo(bytes("now there is"));
    slot.put(bytes("a"), null);
    assertThat(slot.get(bytes("a"))).isSameAs(ReadTier.ABSENT);
  }

  @Test
  void slotsDoNotSeeEachOther() {
    SlotReads other = new SlotReads(tier);
    slot.put(bytes("a"), bytes("one"));
    assertThat(other.get(bytes("a"))).isNull();
  }

  @Test
  void aValueThatGrowsAndShrinksIsTheNewestOne() {
    SplittableRandom random = new SplittableRandom(1);
    for (int i = 0; i < 1000; i++) {
      byte[] value = new byte[random.nextInt(300)];
      random.nextBytes(value);
      slot.put(bytes("a"), value);
      assertThat(slot.get(bytes("a"))).isEqualTo(value);
    }
    assertThat(tier.stats().entries()).isEqualTo(1);
  }

  @Test
  void nothingIsReservedBeforeItIsNeeded() {
    begin(64 << 20);
    assertThat(tier.stats().reservedBytes()).isLessThan(64 << 10);
    slot.put(key(1), LONG);
    assertThat(tier.stats().reservedBytes()).isLessThan(256 << 10);
  }

  @Test
  void itNeverTakesMoreThanItsBound() {
    for (int bytes : new int[]{0, 1, 100, 1000, 3000, 20_000, 100_000, 5 << 20}) {
      for (int valueBytes : new int[]{0, 10, 100, 1000, 40_000}) {
        begin(bytes);
        for (int i = 0; i < 10_000; i++) {
          slot.put(key(i), new byte[valueBytes]);
        }
        assertThat(tier.stats().reservedBytes()).as("%s %s", bytes, valueBytes).isLessThanOrEqualTo(bytes);
        assertThat(tier.stats().usedBytes()).isLessThanOrEqualTo(bytes);
      }
    }
  }

  @Test
  void mostOfItIsUsedBeforeAnythingIsEvicted() {
    begin(4 << 20);
    int count = 0;
    while (tier.stats().evictions() == 0) {
      slot.put(key(count++), LONG);
    }
    assertThat(tier.stats().usedBytes()).isGreaterThan((4 << 20) * 3 / 4);
  }

  @Test
  void tinyEntriesAreBoundedByTheIndexAndOldUnusedOnesGo() {
    for (int i = 0; i < 100_000; i++) {
      slot.put(key(i), null);
    }
    assertThat(tier.stats().entries()).isGreaterThan((1 << 20) / 100);
    assertThat(has(99_999)).isTrue();
  }

  @Test
  void whatIsTooBigIsNotKeptAndTakesTheOlderValueAlong() {
    slot.put(bytes("a"), bytes("small"));
    slot.put(bytes("a"), new byte[100_000]);
    slot.put(new byte[20_000], bytes("small"));
    assertThat(slot.get(bytes("a"))).isNull();
    assertThat(slot.get(new byte[20_000])).isNull();
  }

  @Test
  void aScanDoesNotPushOutWhatIsInUse() {
    int fits = 1;
    while (tier.stats().evictions() == 0) {
      slot.put(key(fits++), LONG);
    }
    begin(1 << 20);
    int hot = fits / 2;
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < hot; i++) {
        readThrough(i);
      }
    }
    for (int i = hot; i < 10 * fits; i++) {
      readThrough(i);
    }
    int left = 0;
    for (int i = 0; i < hot; i++) {
      left += has(i) ? 1 : 0;
    }
    assertThat(left).isGreaterThan(hot * 9 / 10);
  }

  @Test
  void whatBecomesHotIsKeptThoughTheCacheWasFullOfOthers() {
    for (int i = 0; i < 100_000; i++) {
      readThrough(i);
    }
    SplittableRandom random = new SplittableRandom(3);
    int found = 0;
    for (int i = 0; i < 40_000; i++) {
      int drawn = 200_000 + random.nextInt(2000);
      found += readThrough(drawn) && i >= 20_000 ? 1 : 0;
      readThrough(300_000 + i);
    }
    assertThat(found).isGreaterThan(19_000);
  }

  private boolean readThrough(int number) {
    if (has(number)) {
      return true;
    }
    slot.put(key(number), LONG);
    return false;
  }

  @Test
  void aDeletedRangeIsNotBelievedAndItsNeighboursAre() {
    for (String each : new String[]{"a", "b", "c", "d"}) {
      slot.put(bytes(each), bytes(each));
    }
    SlotReads.Moment before = slot.moment();
    slot.forget(bytes("b"), bytes("d"));
    assertThat(slot.get(bytes("a"))).isNotNull();
    assertThat(slot.get(bytes("b"))).isNull();
    assertThat(slot.get(bytes("c"))).isNull();
    assertThat(slot.get(bytes("d"))).isNotNull();
    slot.put(bytes("b"), bytes("new"));
    slot.flushed(before, bytes("c"), bytes("of an older layer"));
    assertThat(slot.get(bytes("b"))).isEqualTo(bytes("new"));
    assertThat(slot.get(bytes("c"))).isNull();
  }

  @Test
  void withTooManyDeletedRangesTheSlotBeginsAgain() {
    slot.put(bytes("z"), bytes("z"));
    for (int i = 0; i < SlotReads.MOST_RANGES; i++) {
      slot.forget(new byte[]{(byte) (2 * i)}, new byte[]{(byte) (2 * i + 1)});
    }
    assertThat(slot.get(bytes("z"))).isNotNull();
    slot.forget(bytes("x"), bytes("y"));
    assertThat(slot.get(bytes("z"))).isNull();
  }

  @Test
  void deletesOfARoundTakeEntriesOutAndDueKeysDoNotComeIn() {
    slot.put(Layout.meta(bytes("a")), LONG);
    slot.flushed(slot.moment(), Layout.meta(bytes("a")), Layer.DELETED);
    slot.flushed(slot.moment(), Layout.expiry(5, bytes("a")), Layout.NO_VALUE);
    assertThat(tier.stats().entries()).isZero();
  }

  @Test
  void whatIsFoundIsAlwaysTheNewestValue() {
    for (int seed = 0; seed < 60; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      begin(random.nextInt(400, 1 << random.nextInt(10, 20)));
      compareWithAModel(random, seed);
    }
  }

  private void compareWithAModel(SplittableRandom random, int seed) {
    Map<Integer, byte[]> model = new HashMap<>();
    int keys = 1 << random.nextInt(2, 10);
    int longest = 1 << random.nextInt(1, 10);
    for (int i = 0; i < 3000; i++) {
      int number = random.nextInt(keys);
      switch (random.nextInt(20)) {
        case 0 -> {
          tier.remove(slot.moment(), key(number));
          model.remove(number);
        }
        case 1 -> {
          slot.put(key(number), null);
          model.put(number, ReadTier.ABSENT);
        }
        case 2, 3, 4, 5, 6, 7 -> {
          byte[] value = new byte[random.nextInt(longest)];
          random.nextBytes(value);
          slot.put(key(number), value);
          model.put(number, value);
        }
        default -> {
          byte[] found = slot.get(key(number));
          assertThat(found == null || Arrays.equals(found, model.get(number))).as("seed " + seed)
              .isTrue();
        }
      }
    }
  }
}
