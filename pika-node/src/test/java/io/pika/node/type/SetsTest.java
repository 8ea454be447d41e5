package io.pika.node.type;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.pika.node.store.Entry;
import io.pika.proxy.protocol.RefusalException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class SetsTest {
  private static final int ROUNDS = 60;
  private static final byte[] RESULT = bytes("result");

  private final InMemoryKeySpace keys = new InMemoryKeySpace(1000);
  private final SplittableRandom random = new SplittableRandom(1);

  /** Few and many sets, small beside great ones, some of them absent, some twice. */
  @Test
  void operationsAreThoseOfSets() {
    for (int round = 0; round < ROUNDS; round++) {
      keys.clear();
      List<byte[]> sources = new ArrayList<>();
      List<Set<String>> models = new ArrayList<>();
      for (int i = 1 + random.nextInt(round % 10 == 0 ? 40 : 5); i > 0; i--) {
        int which = random.nextInt(50);
        sources.add(bytes("set" + which));
        models.add(filled(which));
      }
      check(sources, models);
    }
  }

  private void check(List<byte[]> sources, List<Set<String>> models) {
    Set<String> union = new HashSet<>();
    models.forEach(union::addAll);
    Set<String> intersection = new HashSet<>(models.getFirst());
    models.forEach(intersection::retainAll);
    Set<String> difference = new HashSet<>(models.getFirst());
    models.subList(1, models.size()).forEach(difference::removeAll);

    assertThat(collected(sink -> Sets.union(keys, sources, sink))).containsExactlyInAnyOrderElementsOf(union);
    assertThat(collected(sink -> Sets.intersection(keys, sources, sink)))
        .containsExactlyInAnyOrderElementsOf(intersection);
    assertThat(collected(sink -> Sets.difference(keys, sources, sink)))
        .containsExactlyInAnyOrderElementsOf(difference);
    assertThat(Sets.intersectionSize(keys, sources, 0)).isEqualTo(intersection.size());
    assertThat(Sets.intersectionSize(keys, sources, 3)).isEqualTo(Math.min(3, intersection.size()));
    assertStored(Sets.storeIntersection(keys, RESULT, sources), intersection);
    assertStored(Sets.storeDifference(keys, RESULT, sources), difference);
    assertStored(Sets.storeUnion(keys, RESULT, sources), union);
    assertStored(Sets.storeUnion(keys, sources.getFirst(), sources), sources.getFirst(), union);
  }

  private void assertStored(long size, Set<String> expected) {
    assertStored(size, RESULT, expected);
  }

  private void assertStored(long size, byte[] key, Set<String> expected) {
    assertThat(size).isEqualTo(expected.size());
    assertThat(Sets.size(keys, key)).isEqualTo(expected.size());
    assertThat(keys.find(key) != null).isEqualTo(!expected.isEmpty());
    assertThat(collected(sink -> Sets.each(keys, key, sink))).containsExactlyInAnyOrderElementsOf(expected);
    keys.assertNoOrphans();
  }

  /** Each has the members that its number divides or so; every seventh is not there. */
  private Set<String> filled(int which) {
    Set<String> members = new HashSet<>();
    if (which % 7 != 0) {
      for (int i = 0; i < (which % 3 == 0 ? 300 : 20); i += 1 + which % 4) {
        members.add("member" + i);
      }
      Sets.add(keys, bytes("set" + which), members.stream().map(SetsTest::bytes).toList());
    }
    return members;
  }

  @Test
  void aSourceOfAnotherTypeRefusesAndNothingIsStored() {
    keys.put(bytes("string"), Entry.string(bytes("text"), 0));
    Sets.add(keys, RESULT, List.of(bytes("old")));
    List<byte[]> sources = List.of(bytes("none"), bytes("string"));
    assertThatThrownBy(() -> Sets.storeIntersection(keys, RESULT, sources))
        .isInstanceOf(RefusalException.class);
    assertThatThrownBy(() -> Sets.storeUnion(keys, RESULT, sources)).isInstanceOf(RefusalException.class);
    assertThatThrownBy(() -> Sets.storeDifference(keys, RESULT, sources))
        .isInstanceOf(RefusalException.class);
    assertThat(Sets.contains(keys, RESULT, bytes("old"))).isTrue();
  }

  @Test
  void whatIsStoredForgetsTheExpiryOfItsPlace() {
    Sets.add(keys, RESULT, List.of(bytes("old")));
    keys.expireAt(RESULT, 5000);
    Sets.add(keys, bytes("a"), List.of(bytes("new")));
    Sets.storeUnion(keys, RESULT, List.of(bytes("a")));
    assertThat(AnyKey.expireAtMs(keys, RESULT)).isEqualTo(AnyKey.STAYS);
  }

  @Test
  void theLastMemberTakesTheKeyAlong() {
    Sets.add(keys, bytes("a"), List.of(bytes("x"), bytes("y")));
    assertThat(Sets.remove(keys, bytes("a"), List.of(bytes("x"), bytes("z"), bytes("x")))).isEqualTo(1);
    assertThat(Sets.move(keys, bytes("a"), bytes("b"), bytes("y"))).isTrue();
    assertThat(keys.find(bytes("a"))).isNull();
    assertThat(Sets.contains(keys, bytes("b"), bytes("y"))).isTrue();
    keys.assertNoOrphans();
  }

  private static List<String> collected(Consumer<Consumer<byte[]>> operation) {
    List<String> found = new ArrayList<>();
    operation.accept(member -> found.add(new String(member, StandardCharsets.UTF_8)));
    return found;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
