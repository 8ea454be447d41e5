package io.pika.node.type;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pika.node.store.CollectionHead;
import io.pika.node.store.Entry;
import io.pika.proxy.protocol.RefusalException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class StringsTest {
  private static final long NOW = 1_000_000;
  private static final byte[] KEY = bytes("k");

  private final InMemoryKeySpace keys = new InMemoryKeySpace(NOW);
  private final Strings strings = new Strings(() -> 100);

  @Test
  void aValueIsReadBackAndItsArrayIsNotCopied() {
    byte[] value = bytes("v");
    strings.put(keys, KEY, value);
    assertThat(strings.get(keys, KEY)).isSameAs(value);
  }

  @Test
  void aPlainWriteForgetsTheExpiry() {
    keys.put(KEY, Entry.string(bytes("v"), NOW + 50));
    strings.put(keys, KEY, bytes("w"));
    assertThat(AnyKey.expireAtMs(keys, KEY)).isEqualTo(AnyKey.STAYS);
  }

  @Test
  void keepingTheExpiryOfAnAbsentKeyMeansNone() {
    strings.set(keys, KEY, bytes("v"), Presence.ANY, Expiry.KEEP);
    assertThat(AnyKey.expireAtMs(keys, KEY)).isEqualTo(AnyKey.STAYS);
  }

  @Test
  void keepingTheExpiryKeepsIt() {
    keys.put(KEY, Entry.string(bytes("v"), NOW + 50));
    strings.set(keys, KEY, bytes("w"), Presence.PRESENT, Expiry.KEEP);
    assertThat(AnyKey.expireAtMs(keys, KEY)).isEqualTo(NOW + 50);
    assertThat(strings.get(keys, KEY)).isEqualTo(bytes("w"));
  }

  @Test
  void aWriteThatHasExpiredAlreadyDeletesTheKey() {
    strings.put(keys, KEY, bytes("v"));
    assertThat(strings.set(keys, KEY, bytes("w"), Presence.ANY, Expiry.at(NOW))).isTrue();
    assertThat(keys.keys()).isZero();
  }

  @Test
  void anExpiredKeyIsAbsentForConditions() {
    keys.put(KEY, Entry.string(bytes("v"), NOW + 1));
    keys.setNowMs(NOW + 1);
    assertThat(strings.set(keys, KEY, bytes("w"), Presence.PRESENT, Expiry.NEVER)).isFalse();
    assertThat(strings.set(keys, KEY, bytes("w"), Presence.ABSENT, Expiry.NEVER)).isTrue();
  }

  @Test
  void nothingIsWrittenWhenOneOfSeveralKeysIsThere() {
    strings.put(keys, KEY, bytes("v"));
    assertThat(strings.putAllIfAbsent(keys, List.of(bytes("a"), bytes("1"), KEY, bytes("2")))).isFalse();
    assertThat(strings.get(keys, bytes("a"))).isNull();
  }

  @Test
  void countingKeepsTheExpiry() {
    keys.put(KEY, Entry.string(bytes("9"), NOW + 50));
    assertThat(strings.add(keys, KEY, 1)).isEqualTo(10);
    assertThat(AnyKey.expireAtMs(keys, KEY)).isEqualTo(NOW + 50);
  }

  @Test
  void countingStopsAtBothEnds() {
    strings.put(keys, KEY, bytes("9223372036854775807"));
    assertRefused(() -> strings.add(keys, KEY, 1), "ERR increment or decrement would overflow");
    assertThat(strings.add(keys, KEY, -1)).isEqualTo(Long.MAX_VALUE - 1);
    strings.put(keys, KEY, bytes("-9223372036854775808"));
    assertRefused(() -> strings.add(keys, KEY, -1), "ERR increment or decrement would overflow");
    assertThat(strings.add(keys, KEY, 1)).isEqualTo(Long.MIN_VALUE + 1);
  }

  @Test
  void whatIsNoCanonicalNumberCannotBeCounted() {
    for (String text : List.of("", "01", "+1", " 1", "1 ", "-0", "9223372036854775808", "1.0")) {
      strings.put(keys, KEY, bytes(text));
      assertRefused(() -> strings.add(keys, KEY, 1), "ERR value is not an integer or out of range");
    }
  }

  @Test
  void aStringGrowsToTheLimitAndNoFurther() {
    strings.put(keys, KEY, new byte[99]);
    assertThat(strings.append(keys, KEY, bytes("x"))).isEqualTo(100);
    assertRefused(() -> strings.append(keys, KEY, bytes("x")),
        "ERR string exceeds maximum allowed size (proto-max-bulk-len)");
    assertRefused(() -> strings.setRange(keys, KEY, Long.MAX_VALUE, bytes("x")),
        "ERR string exceeds maximum allowed size (proto-max-bulk-len)");
    assertThat(strings.setRange(keys, KEY, Long.MAX_VALUE, new byte[0])).isEqualTo(100);
  }

  @Test
  void appendingDoesNotChangeTheArrayThatWasHandedOut() {
    byte[] value = bytes("ab");
    strings.put(keys, KEY, value);
    strings.append(keys, KEY, bytes("c"));
    strings.setRange(keys, KEY, 0, bytes("X"));
    assertThat(value).isEqualTo(bytes("ab"));
    assertThat(strings.get(keys, KEY)).isEqualTo(bytes("Xbc"));
  }

  @Test
  void writingBeyondTheEndFillsWithZeros() {
    strings.put(keys, KEY, bytes("a"));
    assertThat(strings.setRange(keys, KEY, 3, bytes("b"))).isEqualTo(4);
    assertThat(strings.get(keys, KEY)).isEqualTo(new byte[]{'a', 0, 0, 'b'});
  }

  @Test
  void rangesCountFromTheEndAndAreCutToTheValue() {
    strings.put(keys, KEY, bytes("hello"));
    assertThat(strings.getRange(keys, KEY, 0, -1)).isEqualTo(bytes("hello"));
    assertThat(strings.getRange(keys, KEY, -3, -2)).isEqualTo(bytes("ll"));
    assertThat(strings.getRange(keys, KEY, 1, Long.MAX_VALUE)).isEqualTo(bytes("ello"));
    assertThat(strings.getRange(keys, KEY, Long.MIN_VALUE, -100)).isEqualTo(bytes("h"));
    assertThat(strings.getRange(keys, KEY, 4, 3)).isEmpty();
    assertThat(strings.getRange(keys, KEY, 5, 9)).isEmpty();
  }

  @Test
  void aKeyOfAnotherTypeIsRefused() {
    keys.put(KEY, Entry.collection(Entry.HASH, new CollectionHead(1, 1, new byte[0]), 0));
    assertRefused(() -> strings.get(keys, KEY),
        "WRONGTYPE Operation against a key holding the wrong kind of value");
    assertRefused(() -> strings.both(keys, bytes("a"), KEY),
        "ERR The specified keys must contain string values");
    assertThat(strings.getIfString(keys, KEY)).isNull();
  }

  @Test
  void aWriteReplacesAKeyOfAnotherType() {
    keys.put(KEY, Entry.collection(Entry.HASH, new CollectionHead(1, 1, new byte[0]), 0));
    strings.put(keys, KEY, bytes("v"));
    assertThat(AnyKey.typeName(keys, KEY)).isEqualTo("string");
  }

  @Test
  void deletingIfEqualTellsWhatItFound() {
    assertThat(strings.deleteIfEqual(keys, KEY, bytes("v"))).isZero();
    strings.put(keys, KEY, bytes("v"));
    assertThat(strings.deleteIfEqual(keys, KEY, bytes("w"))).isEqualTo(-1);
    assertThat(strings.deleteIfEqual(keys, KEY, bytes("v"))).isEqualTo(1);
    assertThat(keys.keys()).isZero();
  }

  @Test
  void aSumThatIsNotFiniteIsRefused() {
    strings.put(keys, KEY, bytes("1e4932"));
    assertRefused(() -> strings.addFloat(keys, KEY, bytes("1e4932")),
        "ERR increment would produce NaN or Infinity");
    assertRefused(() -> strings.addFloat(keys, KEY, bytes("-inf")),
        "ERR increment would produce NaN or Infinity");
    assertRefused(() -> strings.addFloat(keys, KEY, bytes("nan")), "ERR value is not a valid float");
  }

  private static void assertRefused(Runnable action, String text) {
    assertThatThrownBy(action::run).isInstanceOf(RefusalException.class).hasMessage(text);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
