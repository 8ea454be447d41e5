package io.pika.node.type;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.pika.proxy.algebra.Member;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class StagingTest {
  private static final byte[] STAGED = "staged".getBytes(UTF_8);
  private static final byte[] KEY = "key".getBytes(UTF_8);
  private static final long KEPT_MS = 60_000;

  private final InMemoryKeySpace keys = new InMemoryKeySpace(1_000_000);

  private static List<byte[]> members(String... names) {
    List<byte[]> members = new ArrayList<>();
    for (String name : names) {
      members.add(name.getBytes(UTF_8));
    }
    return members;
  }

  @Test
  void aStagedSetTakesThePlaceOfAKeyAndStays() {
    Sets.add(keys, KEY, members("old"));
    keys.expireAt(KEY, keys.nowMs() + 10);
    assertThat(Staging.add(keys, STAGED, 0, members("a", "b"))).isTrue();
    assertThat(Staging.add(keys, STAGED, 2, members("c"))).isTrue();
    assertThat(Sets.size(keys, KEY)).isEqualTo(1);
    assertThat(Staging.place(keys, STAGED, 3, KEY)).isTrue();
    assertThat(Sets.size(keys, KEY)).isEqualTo(3);
    assertThat(Sets.contains(keys, KEY, members("c").getFirst())).isTrue();
    assertThat(AnyKey.expireAtMs(keys, KEY)).isEqualTo(AnyKey.STAYS);
    assertThat(keys.find(STAGED)).isNull();
    keys.assertNoOrphans();
  }

  @Test
  void whatNobodyFinishesExpires() {
    Staging.addScored(keys, STAGED, 0, List.of(Member.of(members("a").getFirst(), 1.5)));
    assertThat(AnyKey.expireAtMs(keys, STAGED)).isEqualTo(keys.nowMs() + KEPT_MS);
    keys.setNowMs(keys.nowMs() + KEPT_MS);
    assertThat(keys.find(STAGED)).isNull();
  }

  @Test
  void aPieceThatComesTooLateAddsToNothing() {
    Staging.add(keys, STAGED, 0, members("a", "b"));
    keys.setNowMs(keys.nowMs() + KEPT_MS);
    assertThat(Staging.add(keys, STAGED, 2, members("c"))).isFalse();
    assertThat(Staging.place(keys, STAGED, 3, KEY)).isFalse();
    assertThat(keys.find(KEY)).isNull();
  }

  @Test
  void aPieceThatDoesNotFollowTheLastOneIsRefused() {
    Staging.add(keys, STAGED, 0, members("a"));
    assertThat(Staging.add(keys, STAGED, 2, members("c"))).isFalse();
    assertThat(Staging.place(keys, STAGED, 2, KEY)).isFalse();
    assertThat(Staging.place(keys, STAGED, 1, KEY)).isTrue();
  }
}
