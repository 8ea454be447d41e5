package io.pika.node.type;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class MemberHashTest {
  /** What is on disk was made by these. */
  @Test
  void theHashNeverChanges() {
    assertThat(MemberHash.of(bytes(""))).isEqualTo(-271573152);
    assertThat(MemberHash.of(bytes("a"))).isEqualTo(-2103269032);
    assertThat(MemberHash.of(bytes("member:1000000"))).isEqualTo(-1126034824);
    assertThat(MemberHash.of(new byte[]{0, (byte) 0xff, (byte) 0x80})).isEqualTo(-67549072);
  }

  @Test
  void aNameHoldsHashAndMember() {
    byte[] name = MemberHash.name(bytes("member"));
    assertThat(MemberHash.member(name)).isEqualTo(bytes("member"));
    assertThat((int) MemberHash.hash(name)).isEqualTo(MemberHash.of(bytes("member")));
    assertThat(MemberHash.hash(name)).isBetween(0L, (1L << 32) - 1);
    assertThat(name).startsWith(MemberHash.from(MemberHash.hash(name)));
  }

  @Test
  void membersThatAreMuchAlikeAreSpreadEvenly() {
    int[] counts = new int[64];
    for (int i = 0; i < 64_000; i++) {
      counts[MemberHash.of(bytes("member:" + i)) >>> 26]++;
    }
    assertThat(Arrays.stream(counts).boxed()).allMatch(count -> count > 850 && count < 1150);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
