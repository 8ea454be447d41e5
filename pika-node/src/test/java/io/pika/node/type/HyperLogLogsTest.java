package io.pika.node.type;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pika.node.store.Entry;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class HyperLogLogsTest {
  private static final byte[] KEY = {'k'};
  private static final byte[] OTHER = {'o'};
  private static final int DENSE_BYTES = 12_304;

  private final InMemoryKeySpace keys = new InMemoryKeySpace(1_000_000);

  @Test
  void addingNothingMakesAnEmptyOneAndThenChangesNothing() {
    assertThat(HyperLogLogs.add(keys, KEY, List.of())).isTrue();
    byte[] value = value();
    assertThat(value).hasSize(18);
    assertThat(HyperLogLogs.add(keys, KEY, List.of())).isFalse();
    assertThat(value()).isSameAs(value);
    assertThat(HyperLogLogs.count(keys, KEY)).isZero();
  }

  @Test
  void countsAreAboutRight() {
    for (int count : List.of(1, 10, 100, 1_000, 10_000, 100_000)) {
      keys.clear();
      HyperLogLogs.add(keys, KEY, numbers(0, count));
      assertThat((double) HyperLogLogs.count(keys, KEY)).isBetween(count * 0.97, count * 1.03);
    }
  }

  @Test
  void itBecomesDenseWhenItIsLong() {
    int added = 0;
    while (added == 0 || value().length <= 3000 && added < 100_000) {
      HyperLogLogs.add(keys, KEY, numbers(added, 50));
      added += 50;
    }
    assertThat(value()).hasSize(DENSE_BYTES);
    assertThat((double) HyperLogLogs.count(keys, KEY)).isBetween(added * 0.97, added * 1.03);
  }

  @Test
  void theCountIsComputedOnce() {
    HyperLogLogs.add(keys, KEY, numbers(0, 100));
    assertThat(value()[15]).isNegative();
    long count = HyperLogLogs.count(keys, KEY);
    byte[] value = value();
    assertThat(value[8]).isEqualTo((byte) count);
    assertThat(HyperLogLogs.count(keys, KEY)).isEqualTo(count);
    assertThat(value()).isSameAs(value);
  }

  @Test
  void theUnionIsWhatTheyWouldHaveSeenAsOne() {
    HyperLogLogs.add(keys, KEY, numbers(0, 3_000));
    HyperLogLogs.add(keys, OTHER, numbers(2_000, 3_000));
    byte[] one = {'1'};
    HyperLogLogs.add(keys, one, numbers(0, 5_000));
    long union = HyperLogLogs.countUnion(keys, List.of(KEY, OTHER, new byte[]{'x'}));
    assertThat(union).isEqualTo(HyperLogLogs.count(keys, one));
    HyperLogLogs.merge(keys, KEY, List.of(OTHER));
    assertThat(HyperLogLogs.count(keys, KEY)).isEqualTo(union);
  }

  @Test
  void otherStringsAreRefused() {
    for (String text : List.of("", "HYLL", "HYLX............", "HYLL\0...........", "HYLL\2...........")) {
      keys.put(KEY, Entry.string(text.getBytes(StandardCharsets.ISO_8859_1), 0));
      assertThatThrownBy(() -> HyperLogLogs.count(keys, KEY))
          .hasMessage("WRONGTYPE Key is not a valid HyperLogLog string value.");
    }
  }

  @Test
  void registersThatAreMissingAreDamage() {
    keys.put(KEY, Entry.string("HYLL\1..........\377\1".getBytes(StandardCharsets.ISO_8859_1), 0));
    assertThatThrownBy(() -> HyperLogLogs.count(keys, KEY))
        .hasMessage("INVALIDOBJ Corrupted HLL object detected");
    assertThatThrownBy(() -> HyperLogLogs.add(keys, KEY, numbers(0, 10)))
        .hasMessage("INVALIDOBJ Corrupted HLL object detected");
  }

  @Test
  void theBytesAreThoseOfRedis() {
    List<byte[]> words = List.of("foo", "bar", "zap").stream()
        .map(word -> word.getBytes(StandardCharsets.US_ASCII)).toList();
    HyperLogLogs.add(keys, KEY, words);
    assertThat(HexFormat.of().formatHex(value()))
        .isEqualTo("48594c4c" + "01000000" + "0000000000000080" + "5cb390" + "420784" + "485880" + "58e7");
  }

  private byte[] value() {
    return Objects.requireNonNull(keys.find(KEY)).value();
  }

  private static List<byte[]> numbers(int from, int count) {
    List<byte[]> numbers = new ArrayList<>();
    for (int i = from; i < from + count; i++) {
      numbers.add(Integer.toString(i).getBytes(StandardCharsets.US_ASCII));
    }
    return numbers;
  }
}
