package io.pika.node.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.pika.node.type.InMemoryKeySpace;
import io.pika.proxy.protocol.Reply;
import io.pika.testkit.differential.Call;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What the comparison with Redis cannot show: cursors, and what is random or too much. */
class SetCommandsTest {
  private final InMemoryKeySpace keys = new InMemoryKeySpace(1_700_000_000_000L);
  private final HandlersTarget node = new HandlersTarget(
      Handlers.create(new Limits(() -> 1 << 20, 64 << 20), new Random(1)));

  @Test
  void smallSetsComeInOnePage() {
    fill(128);
    assertThat(scan("0", "COUNT", "1").members).hasSize(128);
  }

  @Test
  void scansAreCompleteWhileOthersComeAndGo() {
    fill(1000);
    Set<String> seen = new TreeSet<>();
    String cursor = "0";
    int pages = 0;
    do {
      Scanned page = scan(cursor, "COUNT", "37");
      assertThat(page.members).hasSizeLessThan(45);
      seen.addAll(page.members);
      cursor = page.cursor;
      page.members.stream().limit(5).forEach(member -> run("SREM", "s", member));
      run("SADD", "s", "new" + pages++);
    } while (!cursor.equals("0"));
    assertThat(seen.stream().filter(member -> member.startsWith("m"))).hasSize(1000);
  }

  @Test
  void aPageLooksAtSoManyWhateverCountSays() {
    fill(12_000);
    Scanned page = scan("0", "COUNT", "9223372036854775807");
    assertThat(page.members).hasSizeBetween(10_000, 10_010);
    assertThat(Long.parseLong(page.cursor)).isBetween(1L, 1L << 32);
    assertThat(scan("9223372036854775807").members).isEmpty();
    assertThat(scan("4294967296").cursor).isEqualTo("0");
  }

  @Test
  void popTakesOutWhatItGives() {
    fill(1000);
    Set<String> popped = new HashSet<>();
    for (String count : List.of("1", "20", "31", "400", "0")) {
      List<Reply> items = ((Reply.Set) run("SPOP", "s", count)).items();
      assertThat(items).hasSize(Integer.parseInt(count));
      items.forEach(item -> assertThat(popped.add(text(item))).isTrue());
    }
    assertThat(popped.add(text(run("SPOP", "s")))).isTrue();
    assertThat(run("SCARD", "s")).isEqualTo(Reply.of(1000 - popped.size()));
    popped.forEach(member -> assertThat(run("SISMEMBER", "s", member)).isEqualTo(Reply.ZERO));
    assertThat(((Reply.Set) run("SPOP", "s", "9223372036854775807")).items()).hasSize(1000 - popped.size());
    assertThat(run("EXISTS", "s")).isEqualTo(Reply.ZERO);
    keys.assertNoOrphans();
  }

  @Test
  void membersAreDrawnEvenly() {
    for (int size : new int[]{3, 100, 300}) {
      run("DEL", "s");
      fill(size);
      int[] counts = new int[size];
      for (int i = 0; i < 50 * size; i++) {
        counts[Integer.parseInt(text(run("SRANDMEMBER", "s")).substring(1))]++;
      }
      assertThat(Arrays.stream(counts).min().getAsInt()).as("of %d", size).isGreaterThan(5);
      assertThat(Arrays.stream(counts).max().getAsInt()).as("of %d", size).isLessThan(200);
    }
  }

  @Test
  void drawsWithoutRepetitionDiffer() {
    fill(5000);
    for (int count : new int[]{1, 10, 150, 157, 2000, 4999, 5000, 6000}) {
      Reply.Array drawn = (Reply.Array) run("SRANDMEMBER", "s", Integer.toString(count));
      assertThat(drawn.items()).hasSize(Math.min(count, 5000)).doesNotHaveDuplicates();
    }
  }

  @Test
  void drawsWithRepetitionAreAsManyAsAskedFor() {
    fill(3);
    Reply.Array drawn = (Reply.Array) run("SRANDMEMBER", "s", "-1000");
    assertThat(drawn.items()).hasSize(1000);
    assertThat(Set.copyOf(drawn.items())).hasSize(3);
    List<Reply> sorted = drawn.items().stream().sorted(Comparator.comparing(SetCommandsTest::text)).toList();
    assertThat(drawn.items()).isNotEqualTo(sorted);
  }

  @Test
  void drawsThatNobodyCanHoldAreRefusedAtOnce() {
    fill(2);
    for (String count : List.of("-9223372036854775807", "-2147483649", "-100000000")) {
      assertThat(run("SRANDMEMBER", "s", count).toString()).contains("the reply would be longer");
      assertThat(run("SRANDMEMBER", "none", count)).isEqualTo(Reply.EMPTY_ARRAY);
    }
  }

  @Test
  void repliesThatNobodyCanHoldAreRefusedAndChangeNothing() {
    HandlersTarget small = new HandlersTarget(
        Handlers.create(new Limits(() -> 1 << 20, 10_000), new Random(1)));
    fill(1000);
    for (String name : List.of("SMEMBERS", "SUNION", "SINTER", "SDIFF")) {
      assertThat(small.answer(Call.of(name, "s"), keys)).as(name).isInstanceOf(Reply.Err.class);
    }
    assertThat(small.answer(Call.of("SPOP", "s", "900"), keys)).isInstanceOf(Reply.Err.class);
    assertThat(small.answer(Call.of("SPOP", "s", "1000"), keys)).isInstanceOf(Reply.Err.class);
    assertThat(run("SCARD", "s")).isEqualTo(Reply.of(1000));
    assertThat(small.answer(Call.of("SUNIONSTORE", "t", "s"), keys)).isEqualTo(Reply.of(1000));
    assertThat(small.answer(Call.of("SINTERCARD", "2", "s", "t"), keys)).isEqualTo(Reply.of(1000));
  }

  private record Scanned(String cursor, List<String> members) {}

  private Scanned scan(String cursor, String... options) {
    List<String> call = new ArrayList<>(List.of("SSCAN", "s", cursor));
    call.addAll(List.of(options));
    Reply.Array page = (Reply.Array) run(call.toArray(String[]::new));
    List<Reply> items = ((Reply.Array) page.items().get(1)).items();
    return new Scanned(text(page.items().getFirst()), items.stream().map(SetCommandsTest::text).toList());
  }

  /** Members m0, m1 and so on. */
  private void fill(int members) {
    for (int i = 0; i < members; i++) {
      run("SADD", "s", "m" + i);
    }
  }

  private static String text(Reply reply) {
    return new String(((Reply.Bulk) reply).bytes(), StandardCharsets.UTF_8);
  }

  private Reply run(String... call) {
    return node.answer(Call.of(call), keys);
  }
}
