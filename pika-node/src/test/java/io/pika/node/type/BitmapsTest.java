package io.pika.node.type;

import static org.assertj.core.api.Assertions.assertThat;

import io.pika.node.store.Entry;
import io.pika.node.type.BitField.Overflow;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BitmapsTest {
  private static final long NOW = 1_000_000;
  private static final byte[] KEY = {'k'};

  private final InMemoryKeySpace keys = new InMemoryKeySpace(NOW);

  @Test
  void theFirstBitOfAByteIsTheHighest() {
    assertThat(Bitmaps.set(keys, KEY, 0, 1)).isZero();
    assertThat(value()).isEqualTo(new byte[]{(byte) 0x80});
    assertThat(Bitmaps.get(keys, KEY, 0)).isOne();
    assertThat(Bitmaps.get(keys, KEY, 1)).isZero();
    assertThat(Bitmaps.get(keys, KEY, 1L << 40)).isZero();
  }

  @Test
  void clearingABitBehindTheEndMakesTheStringLonger() {
    assertThat(Bitmaps.set(keys, KEY, 23, 0)).isZero();
    assertThat(value()).isEqualTo(new byte[3]);
  }

  @Test
  void settingABitChangesNoArrayThatWasHandedOutAndKeepsTheExpiry() {
    byte[] before = {0};
    keys.put(KEY, Entry.string(before, NOW + 50));
    Bitmaps.set(keys, KEY, 7, 1);
    assertThat(before).isEqualTo(new byte[]{0});
    assertThat(AnyKey.expireAtMs(keys, KEY)).isEqualTo(NOW + 50);
  }

  @Test
  void whatChangesNothingWritesNothing() {
    byte[] before = {1};
    keys.put(KEY, Entry.string(before, 0));
    Bitmaps.set(keys, KEY, 7, 1);
    Bitmaps.fields(keys, KEY, List.of(new BitField.Set(new BitField(false, 8, 0), 1, Overflow.WRAP)));
    assertThat(value()).isSameAs(before);
  }

  @Test
  void countAndPositionAreThoseOfBitsOneByOne() {
    Random random = new Random(7);
    for (int round = 0; round < 2_000; round++) {
      byte[] value = new byte[1 + random.nextInt(40)];
      if (random.nextBoolean()) {
        random.nextBytes(value);
      }
      int first = random.nextInt(8 * value.length);
      int last = random.nextInt(8 * value.length);
      int count = 0;
      int one = -1;
      for (int i = last; i >= first; i--) {
        count += Bitmaps.bit(value, i);
        one = Bitmaps.bit(value, i) == 1 ? i : one;
      }
      assertThat(Bitmaps.count(value, first, last)).isEqualTo(count);
      assertThat(Bitmaps.position(value, 1, first, last)).isEqualTo(one);
    }
  }

  @Test
  void fieldsComeBackAsTheyWereWritten() {
    Random random = new Random(8);
    for (int round = 0; round < 2_000; round++) {
      boolean signed = random.nextBoolean();
      BitField field = new BitField(signed, 1 + random.nextInt(signed ? 64 : 63), random.nextInt(100));
      byte[] value = new byte[30];
      random.nextBytes(value);
      long number = Objects.requireNonNull(field.fit(random.nextLong(), Overflow.WRAP));
      field.write(value, number);
      assertThat(field.read(value)).isEqualTo(number);
    }
  }

  @Test
  void sumsStopWrapOrFail() {
    BitField nibble = new BitField(false, 4, 0);
    assertThat(nibble.sum(15, 2, Overflow.WRAP)).isEqualTo(1);
    assertThat(nibble.sum(15, 2, Overflow.SATURATE)).isEqualTo(15);
    assertThat(nibble.sum(15, 2, Overflow.FAIL)).isNull();
    assertThat(nibble.sum(1, -2, Overflow.SATURATE)).isZero();
    BitField whole = new BitField(true, 64, 0);
    assertThat(whole.sum(Long.MAX_VALUE, 1, Overflow.WRAP)).isEqualTo(Long.MIN_VALUE);
    assertThat(whole.sum(Long.MAX_VALUE, 1, Overflow.SATURATE)).isEqualTo(Long.MAX_VALUE);
    assertThat(whole.sum(Long.MIN_VALUE, -1, Overflow.SATURATE)).isEqualTo(Long.MIN_VALUE);
  }

  @Test
  void shorterStringsAreFilledUpWithZeros() {
    keys.put(KEY, Entry.string(new byte[]{3, 3}, 0));
    byte[] other = {'o'};
    keys.put(other, Entry.string(new byte[]{1}, 0));
    assertThat(Bitmaps.combine(keys, Bitmaps.Operation.AND, KEY, List.of(other, KEY))).isEqualTo(2);
    assertThat(value()).isEqualTo(new byte[]{1, 0});
  }

  @Test
  void nothingOfNothingDeletesTheTarget() {
    keys.put(KEY, Entry.string(new byte[]{3}, 0));
    assertThat(Bitmaps.combine(keys, Bitmaps.Operation.NOT, KEY, List.of(new byte[]{'x'}))).isZero();
    assertThat(keys.find(KEY)).isNull();
  }

  private byte[] value() {
    return Objects.requireNonNull(keys.find(KEY)).value();
  }

  @Test
  void sourcesNamedManyTimesCountAsOftenAsTheyAreNamed() {
    byte[] other = {'o'};
    keys.put(KEY, Entry.string(new byte[]{0b1100, 1, 1}, 0));
    keys.put(other, Entry.string(new byte[]{0b1010}, 0));
    byte[] target = {'t'};
    assertThat(Bitmaps.combine(keys, Bitmaps.Operation.XOR, target, List.of(KEY, other, KEY))).isEqualTo(3);
    assertThat(Objects.requireNonNull(keys.find(target)).value()).isEqualTo(new byte[]{0b1010, 0, 0});
    Bitmaps.combine(keys, Bitmaps.Operation.AND, target, List.of(other, KEY, other, KEY));
    assertThat(Objects.requireNonNull(keys.find(target)).value()).isEqualTo(new byte[]{0b1000, 0, 0});
    Bitmaps.combine(keys, Bitmaps.Operation.OR, target, List.of(other, other, KEY));
    assertThat(Objects.requireNonNull(keys.find(target)).value()).isEqualTo(new byte[]{0b1110, 1, 1});
  }
}
