package io.pika.node.type;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pika.node.store.ElementWalk;
import io.pika.node.store.Elements;
import io.pika.node.store.Entry;
import io.pika.proxy.protocol.RefusalException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

class ListsTest {
  private static final long NOW = 1_000_000;
  private static final byte[] KEY = bytes("k");
  private static final byte[] OTHER = bytes("o");

  private final InMemoryKeySpace keys = new InMemoryKeySpace(NOW);
  private final Lists lists = new Lists();

  @Test
  void bothEndsArePushedOneAfterTheOther() {
    push(ListEnd.LEFT, "b", "a");
    push(ListEnd.RIGHT, "c", "d");
    assertThat(range(0, -1)).containsExactly("a", "b", "c", "d");
  }

  @Test
  void aListThatIsEmptiedIsNoKey() {
    push(ListEnd.RIGHT, "a", "b");
    lists.pop(keys, KEY, ListEnd.LEFT, Long.MAX_VALUE, value -> {});
    assertThat(keys.find(KEY)).isNull();
    keys.assertNoOrphans();
  }

  @Test
  void whatIsNotListenedToIsNotTaken() {
    push(ListEnd.RIGHT, "a", "b");
    assertThatThrownBy(() -> lists.pop(keys, KEY, ListEnd.LEFT, 2, value -> {
      throw new IllegalArgumentException("too much");
    })).isInstanceOf(IllegalArgumentException.class);
    assertThat(range(0, -1)).containsExactly("a", "b");
  }

  @Test
  void turningAListOfOneElementKeepsItsExpiry() {
    push(ListEnd.RIGHT, "a");
    keys.expireAt(KEY, NOW + 50);
    assertThat(lists.move(keys, KEY, ListEnd.RIGHT, KEY, ListEnd.LEFT)).isEqualTo(bytes("a"));
    assertThat(AnyKey.expireAtMs(keys, KEY)).isEqualTo(NOW + 50);
  }

  @Test
  void nothingIsTakenWhenTheTargetIsOfAnotherType() {
    push(ListEnd.RIGHT, "a");
    keys.put(OTHER, Entry.string(bytes("v"), 0));
    assertThatThrownBy(() -> lists.move(keys, KEY, ListEnd.LEFT, OTHER, ListEnd.LEFT))
        .isInstanceOf(RefusalException.class);
    assertThat(range(0, -1)).containsExactly("a");
  }

  @Test
  void theFirstListOfSeveralKeysIsFoundBehindAbsentOnes() {
    push(ListEnd.RIGHT, "a");
    assertThat(lists.firstList(keys, List.of(OTHER, KEY))).isSameAs(KEY);
    assertThat(lists.firstList(keys, List.of(OTHER))).isNull();
  }

  @Test
  void aListThatIsUsedAtItsEndsOnlyIsNotCounted() {
    for (int i = 0; i < 500; i++) {
      push(ListEnd.RIGHT, "v" + i);
    }
    lists.trim(keys, KEY, 100, -100);
    lists.remove(keys, KEY, ListEnd.LEFT, 0, bytes("v100"));
    assertThat(blocks()).isZero();
  }

  @Test
  void anInsertionCountsTheBlocksAndTheLastElementNeedsNone() {
    for (int i = 0; i < 500; i++) {
      push(ListEnd.RIGHT, "v" + i);
    }
    lists.insert(keys, KEY, ListEnd.LEFT, bytes("v250"), bytes("x"));
    assertThat(blocks()).isEqualTo(3 + 2);
    assertThat(lists.get(keys, KEY, 250)).isEqualTo(bytes("x"));
    assertThat(lists.get(keys, KEY, -1)).isEqualTo(bytes("v499"));
    lists.trim(keys, KEY, 250, 250);
    assertThat(blocks()).isZero();
    assertThat(range(0, -1)).containsExactly("x");
  }

  @Test
  void aSmallListThatIsCrowdedBecomesRegularAgain() {
    push(ListEnd.RIGHT, "a", "b");
    int inserted = 0;
    while (inserted == 0 || blocks() > 0 && inserted < 99) {
      lists.insert(keys, KEY, ListEnd.RIGHT, bytes("a"), bytes("x" + inserted++));
    }
    assertThat(inserted).isEqualTo(21);
    assertThat(range(0, 1)).containsExactly("a", "x20");
    assertThat(lists.length(keys, KEY)).isEqualTo(23);
  }

  @Test
  void aListThatReachesTheLastPlaceGoesOn() {
    Lists narrow = new Lists(new ListSpacing(16, 16 * 40, 6, 8));
    for (int i = 0; i < 5_000; i++) {
      narrow.push(keys, KEY, ListEnd.RIGHT, List.of(bytes("v" + i)), Presence.ANY);
      if (i >= 20) {
        assertThat(narrow.pop(keys, KEY, ListEnd.LEFT)).isEqualTo(bytes("v" + (i - 20)));
      }
    }
    assertThat(narrow.length(keys, KEY)).isEqualTo(20);
  }

  @Test
  void rangesAreCutToTheList() {
    push(ListEnd.RIGHT, "a", "b", "c");
    assertThat(range(-2, Long.MAX_VALUE)).containsExactly("b", "c");
    assertThat(range(Long.MIN_VALUE, 0)).containsExactly("a");
    assertThat(range(Long.MAX_VALUE, Long.MAX_VALUE)).isEmpty();
    assertThat(range(2, Long.MIN_VALUE)).isEmpty();
    assertThat(lists.get(keys, KEY, Long.MIN_VALUE)).isNull();
    assertThat(lists.get(keys, KEY, Long.MAX_VALUE)).isNull();
  }

  @Test
  void trimmingToNothingDeletesTheKey() {
    push(ListEnd.RIGHT, "a", "b", "c");
    lists.trim(keys, KEY, 3, 5);
    assertThat(keys.find(KEY)).isNull();
    keys.assertNoOrphans();
  }

  private void push(ListEnd end, String... values) {
    lists.push(keys, KEY, end, List.of(values).stream().map(ListsTest::bytes).toList(), Presence.ANY);
  }

  private List<String> range(long start, long end) {
    List<String> found = new ArrayList<>();
    ElementRun run = lists.range(keys, KEY, start, end);
    if (run != null) {
      run.each((name, value) -> found.add(new String(value, StandardCharsets.ISO_8859_1)));
    }
    return found;
  }

  private int blocks() {
    Elements elements = keys.elements(Objects.requireNonNull(keys.find(KEY)).head().id());
    int blocks = 0;
    try (ElementWalk walk = elements.walk(ListNames.ELEMENTS_TO, null)) {
      while (walk.next()) {
        blocks++;
      }
    }
    return blocks;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
