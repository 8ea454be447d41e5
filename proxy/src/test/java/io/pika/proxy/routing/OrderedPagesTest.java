package io.pika.proxy.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.pika.proxy.protocol.Reply;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

final class OrderedPagesTest {
  private static OrderedPages pages(String... command) {
    byte[][] words = Arrays.stream(command).map(word -> word.getBytes(StandardCharsets.UTF_8))
        .toArray(byte[][]::new);
    return new OrderedPages(new RangeRouter.Call(0, words, 2, 0));
  }

  /** A leader's page: where it may have left out keys, "" for nowhere, and its keys; those with a "-" do not match. */
  private static Reply part(String next, String... keys) {
    List<Reply> items = new ArrayList<>(List.of(next.isEmpty() ? Reply.NIL : Reply.bulk(next)));
    for (String key : keys) {
      items.add(Reply.bulk(key));
      items.add(key.contains("-") ? Reply.NIL : Reply.ONE);
    }
    return Reply.array(items);
  }

  private static String merged(OrderedPages pages, Reply... parts) {
    Reply.Array page = (Reply.Array) pages.merged(List.of(parts));
    List<String> keys = ((Reply.Array) page.items().get(1)).items().stream()
        .map(key -> ((Reply.Bulk) key).text()).toList();
    return ((Reply.Bulk) page.items().getFirst()).text() + keys;
  }

  @Test
  void keysOfAllLeadersComeInOneOrderUpToTheLimit() {
    OrderedPages three = pages("PKSCANRANGE", "string", "", "", "LIMIT", "3");
    assertThat(merged(three, part("", "b", "d"), part("", "a", "c", "e"))).isEqualTo("d[a, b, c]");
    assertThat(merged(three, part("", "b"), part("", "a"), part(""))).isEqualTo("[a, b]");
    assertThat(merged(pages("PKRSCANRANGE", "string", "", "", "LIMIT", "3"), part("", "d", "b"),
        part("", "e", "c", "a"))).isEqualTo("b[e, d, c]");
  }

  @Test
  void nothingIsGivenFromWhereALeaderMayHaveLeftOutKeys() {
    OrderedPages ten = pages("SCANX", "string", "");
    assertThat(merged(ten, part("c", "a", "b"), part("", "b2", "c", "d"))).isEqualTo("c[a, b, b2]");
    assertThat(merged(ten, part("c"), part("b", "a"))).isEqualTo("b[a]");
    assertThat(merged(ten, part("a"), part("", "b"))).isEqualTo("a[]");
  }

  @Test
  void whatDoesNotMatchCounts() {
    assertThat(merged(pages("SCANX", "string", "", "MATCH", "COUNT", "count", "2"), part("", "a-", "c"),
        part("", "b", "d"))).isEqualTo("c[b]");
  }

  @Test
  void valuesFollowTheirKeys() {
    Reply part = Reply.array(Reply.NIL, Reply.bulk("k"), Reply.bulk("v"), Reply.bulk("l"), Reply.NIL);
    assertThat(merged(pages("PKSCANRANGE", "string_with_value", "", ""), part)).isEqualTo("[k, v]");
  }

  @Test
  void aPageOfNonsenseIsAnError() {
    OrderedPages ten = pages("SCANX", "string", "");
    assertThat(ten.merged(List.of(part(""), Reply.OK))).isEqualTo(ReplyReader.NONSENSE);
    assertThat(ten.merged(List.of(Reply.array(Reply.NIL, Reply.bulk("a"))))).isEqualTo(ReplyReader.NONSENSE);
  }

  @Test
  void slotsInfoTakesAPartOfTheSlots() {
    assertThat(SlotsInfo.asked(words("SLOTSINFO"), 64)).isEqualTo(new SlotsInfo.Asked.Slots(0, 63));
    assertThat(SlotsInfo.asked(words("SLOTSINFO", "10"), 64)).isEqualTo(new SlotsInfo.Asked.Slots(10, 63));
    assertThat(SlotsInfo.asked(words("SLOTSINFO", "10", "2"), 64))
        .isEqualTo(new SlotsInfo.Asked.Slots(10, 11));
    assertThat(SlotsInfo.asked(words("SLOTSINFO", "10", "9223372036854775807"), 64))
        .isEqualTo(new SlotsInfo.Asked.Slots(10, 63));
    assertThat(SlotsInfo.asked(words("SLOTSINFO", "10", "0"), 64))
        .isEqualTo(new SlotsInfo.Asked.Slots(10, 9));
    for (String[] wrong : List.of(new String[]{"64"}, new String[]{"-1"}, new String[]{"x"},
        new String[]{"0", "-1"}, new String[]{"0", "1", "2"})) {
      List<String> command = new ArrayList<>(List.of("SLOTSINFO"));
      command.addAll(List.of(wrong));
      assertThat(SlotsInfo.asked(words(command.toArray(String[]::new)), 64))
          .isInstanceOf(SlotsInfo.Asked.Refused.class);
    }
  }

  private static byte[][] words(String... words) {
    return Arrays.stream(words).map(word -> word.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new);
  }
}
