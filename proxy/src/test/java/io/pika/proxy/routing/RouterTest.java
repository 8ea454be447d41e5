package io.pika.proxy.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.pika.core.model.TableState;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Commands over several slots and over the whole table, here and at peers. */
final class RouterTest {
  private final FakeTable table = new FakeTable();

  private static String[] words(String command, List<String> rest) {
    List<String> all = new ArrayList<>(List.of(command));
    all.addAll(rest);
    return all.toArray(String[]::new);
  }

  @Test
  void mgetKeepsTheOrderOfItsKeysAndTheirRepetitions() {
    List<String> keys = FakeTable.spreadKeys(12);
    keys.subList(0, 11).forEach(key -> table.keys.put(key, "value of " + key));
    List<String> asked = new ArrayList<>(keys.reversed());
    asked.add(keys.getFirst());
    assertThat(table.ask(words("MGET", asked))).isEqualTo(Reply.array(asked.stream()
        .map(key -> key.equals(keys.getLast()) ? Reply.NIL : (Reply) Reply.bulk("value of " + key))
        .toList()));
  }

  @Test
  void mgetHasALimitOverAllSlotsToo() {
    List<String> keys = FakeTable.spreadKeys(4);
    FakeTable narrow = new FakeTable(300);
    keys.forEach(key -> narrow.keys.put(key, "x".repeat(60)));
    assertThat(narrow.ask("MGET", keys.get(0), keys.get(1), keys.get(2))).isInstanceOf(Reply.Array.class);
    keys.forEach(key -> narrow.keys.put(key, "x".repeat(101)));
    assertThat(narrow.ask("MGET", keys.get(0), keys.get(1), keys.get(2), keys.get(3)))
        .isEqualTo(Reply.error("ERR the reply would be longer than 300 bytes (proto-max-bulk-len)"));
  }

  @Test
  void theLastOfSeveralValuesOfAKeyWinsAndAKeyNamedTwiceCountsTwice() {
    List<String> keys = FakeTable.spreadKeys(3);
    String a = keys.get(0);
    String b = keys.get(1);
    assertThat(table.ask("MSET", a, "1", b, "2", a, "3")).isEqualTo(Reply.OK);
    assertThat(table.keys).containsEntry(a, "3").containsEntry(b, "2");
    assertThat(table.ask("EXISTS", a, a, b, keys.get(2))).isEqualTo(Reply.of(3));
    assertThat(table.ask("DEL", a, a, b)).isEqualTo(Reply.of(2));
  }

  @Test
  void aCommandWhoseKeysAreInOneSlotPassesWhole() {
    table.ask("MGET", "{a}1", "{a}2", "{a}3");
    assertThat(table.asked).hasSize(1);
  }

  @Test
  void whatCannotBeCutIsRefused() {
    List<String> keys = FakeTable.spreadKeys(2);
    assertThat(table.ask("MSETNX", keys.get(0), "1", keys.get(1), "2"))
        .isEqualTo(Reply.error("CROSSSLOT Keys in request don't hash to the same slot"));
    assertThat(table.asked).isEmpty();
  }

  @Test
  void aWriteOfWhichAPartFailedSaysThatOthersMayBeDone() {
    List<String> keys = FakeTable.spreadKeys(2);
    table.failingSlots.add(FakeTable.slot(keys.get(1)));
    assertThat(table.ask("DEL", keys.get(0), keys.get(1))).isEqualTo(Reply.error("ERR slot "
        + FakeTable.slot(keys.get(1)) + " fails; other parts of this command may have been carried out"));
    assertThat(table.ask("MGET", keys.get(0), keys.get(1)))
        .isEqualTo(Reply.error("ERR slot " + FakeTable.slot(keys.get(1)) + " fails"));
  }

  @Test
  void sizesAreSummedAndFlushedEverywhere() {
    FakeTable.spreadKeys(16).forEach(key -> table.keys.put(key, "x"));
    assertThat(table.ask("DBSIZE")).isEqualTo(Reply.of(16));
    assertThat(table.asked).containsExactlyInAnyOrder("DBSIZE 0-3", "DBSIZE 4-7", "DBSIZE 8-11",
        "DBSIZE 12-15");
    assertThat(table.ask("FLUSHDB")).isEqualTo(Reply.OK);
    assertThat(table.keys).isEmpty();
  }

  @Test
  void leadersThatRefuseAreAskedAgain() {
    FakeTable.spreadKeys(16).forEach(key -> table.keys.put(key, "x"));
    table.refusals = 7;
    assertThat(table.ask("DBSIZE")).isEqualTo(Reply.of(16));
    table.refusals = Integer.MAX_VALUE;
    assertThat(table.ask("DBSIZE")).isEqualTo(Reply.error("CLUSTERDOWN Hash slot not served"));
  }

  @Test
  void keysComeFromEverywhereUpToALimit() {
    FakeTable.spreadKeys(16).forEach(key -> table.keys.put(key, "x"));
    assertThat(keysOf(table.ask("KEYS", "*"))).isEqualTo(table.keys.keySet());
    FakeTable narrow = new FakeTable(40);
    narrow.keys.putAll(table.keys);
    assertThat(narrow.ask("KEYS", "*"))
        .isEqualTo(Reply.error("ERR the reply would be longer than 40 bytes; use SCAN"));
  }

  @Test
  void aRandomKeyIsOneOfTheKeys() {
    assertThat(table.ask("RANDOMKEY")).isEqualTo(Reply.NIL);
    table.keys.put(FakeTable.spreadKeys(16).get(9), "x");
    assertThat(table.ask("RANDOMKEY")).isEqualTo(Reply.bulk(table.keys.firstKey()));
  }

  @Test
  void scanReachesEveryKeyOfEveryLeader() {
    for (int i = 0; i < 300; i++) {
      table.keys.put("key" + i, "x");
    }
    Set<String> seen = new HashSet<>();
    String cursor = "0";
    do {
      List<Reply> page = items(table.ask("SCAN", cursor, "COUNT", "7"));
      cursor = ((Reply.Bulk) page.get(0)).text();
      seen.addAll(keysOf(page.get(1)));
    } while (!cursor.equals("0"));
    assertThat(seen).isEqualTo(table.keys.keySet());
  }

  @Test
  void scanGoesOnOverLeadersWithoutKeysUntilCountIsReached() {
    table.keys.put(FakeTable.spreadKeys(16).getLast(), "x");
    assertThat(table.ask("SCAN", "0")).isEqualTo(Reply.array(Reply.bulk("0"),
        Reply.array(Reply.bulk(table.keys.firstKey()))));
  }

  @Test
  void cursorsThatAreNoneAreRefusedAndThosePastTheEndAreTheEnd() {
    assertThat(table.ask("SCAN", "abc")).isEqualTo(Reply.error("ERR invalid cursor"));
    assertThat(table.ask("SCAN", "-1")).isEqualTo(Reply.error("ERR invalid cursor"));
    assertThat(items(table.ask("SCAN", "18446744073709551615")).getFirst()).isEqualTo(Reply.bulk("0"));
  }

  @Test
  void requestsThatWaitHearThatTheirTableWentOrWasBlocked() {
    table.publish(TableState.READY, true);
    assertThat(table.ask("DBSIZE")).isEqualTo(Reply.error("ERR this table is blocked by its operator"));
    table.publish(TableState.DROPPING, false);
    assertThat(table.ask("DBSIZE")).isEqualTo(Reply.error("ERR this table was dropped; select another one"));
  }

  @Test
  void aLaneGoesOnWhenNobodyCouldTakeItsFirstRequest() {
    String key = FakeTable.spreadKeys(16).getFirst();
    int slot = FakeTable.slot(key);
    table.keys.put(key, "x");
    table.rejections = 1;
    List<Reply> replies = new ArrayList<>();
    table.router.refusedHere(7, slot, Request.of("GET", key), 2, replies::add);
    table.router.refusedHere(7, slot, Request.of("GET", key), 2, replies::add);
    table.timer.runAll();
    assertThat(replies).containsExactly(Reply.error("TRYAGAIN the slot's leader has too much to do"),
        Reply.bulk("x"));
    assertThat(table.ask("GET", key)).isEqualTo(Reply.bulk("x"));
  }

  private static List<Reply> items(Reply reply) {
    return ((Reply.Array) reply).items();
  }

  private static Set<String> keysOf(Reply reply) {
    Set<String> keys = new HashSet<>();
    items(reply).forEach(item -> keys.add(((Reply.Bulk) item).text()));
    return keys;
  }
}
