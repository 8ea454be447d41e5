package io.pika.node.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.pika.node.type.InMemoryKeySpace;
import io.pika.proxy.protocol.Reply;
import io.pika.testkit.differential.Call;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What the comparison with Redis cannot show: Pika's scans, cursors, and what is random or too much. */
class HashCommandsTest {
  private static final long REPLY_BYTES = 64 << 20;

  private final InMemoryKeySpace keys = new InMemoryKeySpace(1_700_000_000_000L);
  private final HandlersTarget node = node();

  private static HandlersTarget node() {
    return new HandlersTarget(Handlers.create(new Limits(() -> 1 << 20, REPLY_BYTES), new Random(1)));
  }

  @Test
  void rangesGiveTheFieldThatComesNext() {
    fill(5);
    assertThat(run("PKHSCANRANGE", "h", "", "", "LIMIT", "2"))
        .isEqualTo(page("f002", "f000", "0", "f001", "1"));
    assertThat(run("PKHSCANRANGE", "h", "f002", "f003")).isEqualTo(page("", "f002", "2", "f003", "3"));
    assertThat(run("PKHSCANRANGE", "h", "f001", "f002", "LIMIT", "2"))
        .isEqualTo(page("", "f001", "1", "f002", "2"));
    assertThat(run("PKHSCANRANGE", "h", "f0005", "f004", "match", "*[24]", "limit", "3"))
        .isEqualTo(page("f004", "f002", "2"));
    assertThat(run("PKHSCANRANGE", "none", "", "")).isEqualTo(page(""));
  }

  @Test
  void rangesDownwardsBeginWithTheGreater() {
    fill(5);
    assertThat(run("PKHRSCANRANGE", "h", "", "", "LIMIT", "2"))
        .isEqualTo(page("f002", "f004", "4", "f003", "3"));
    assertThat(run("PKHRSCANRANGE", "h", "f002", "f001")).isEqualTo(page("", "f002", "2", "f001", "1"));
    assertThat(run("PKHRSCANRANGE", "h", "f0025", "", "LIMIT", "1")).isEqualTo(page("f001", "f002", "2"));
  }

  @Test
  void rangesThatAreUpsideDownAreRefused() {
    Reply refused = Reply.error("ERR Invalid argument: error in given range");
    assertThat(run("PKHSCANRANGE", "h", "b", "a")).isEqualTo(refused);
    assertThat(run("PKHRSCANRANGE", "h", "a", "b")).isEqualTo(refused);
    assertThat(run("PKHSCANRANGE", "h", "a", "b", "LIMIT", "0")).isEqualTo(Reply.NOT_AN_INTEGER);
    assertThat(run("PKHSCANRANGE", "h", "a", "b", "COUNT", "1")).isEqualTo(Reply.SYNTAX_ERROR);
    assertThat(run("PKHSCANRANGE", "h", "a", "b", "LIMIT")).isEqualTo(Reply.SYNTAX_ERROR);
  }

  @Test
  void scanXGoesOnFromAField() {
    fill(12);
    assertThat(run("HSCANX", "h", "", "COUNT", "1")).isEqualTo(page("f001", "f000", "0"));
    assertThat(run("HSCANX", "h", "f010", "COUNT", "100")).isEqualTo(page("", "f010", "10", "f011", "11"));
    assertThat(run("HSCANX", "h", "", "COUNT", "-1")).isEqualTo(Reply.SYNTAX_ERROR);
    assertThat(run("HSCANX", "h", "", "LIMIT", "1")).isEqualTo(Reply.SYNTAX_ERROR);
  }

  @Test
  void smallHashesComeInOnePage() {
    fill(128);
    assertThat(scan(node, "0", "COUNT", "1").fields).hasSize(128);
  }

  @Test
  void scansAreCompleteWhateverNodeGoesOn() {
    fill(1000);
    Set<String> seen = new TreeSet<>();
    String cursor = "0";
    int pages = 0;
    do {
      // Every other page comes from a node that has not seen the scan before.
      Scanned page = scan(pages % 2 == 0 ? node : node(), cursor, "COUNT", "37");
      assertThat(page.fields).hasSizeLessThanOrEqualTo(37);
      seen.addAll(page.fields);
      cursor = page.cursor;
      pages++;
      // What was given may be deleted meanwhile, as those do who empty a hash so.
      page.fields.stream().limit(5).forEach(field -> run("HDEL", "h", field));
    } while (!cursor.equals("0"));
    assertThat(seen).hasSize(1000);
    assertThat(pages).isEqualTo(28);
  }

  @Test
  void scansGoOnWhereAFieldWasThatHasGone() {
    fill(300);
    Scanned first = scan(node, "0");
    run("HDEL", "h", "f010");
    assertThat(scan(node, first.cursor).fields.getFirst()).isEqualTo("f011");
    // A node that does not know which field it was begins again: nothing is left out.
    assertThat(scan(node(), first.cursor).fields.getFirst()).isEqualTo("f000");
  }

  @Test
  void cursorsThatNoScanGaveEndTheScan() {
    fill(300);
    assertThat(scan(node, "9223372036854775807").cursor).isEqualTo("0");
    assertThat(scan(node, "9223372036854775807").fields).isEmpty();
  }

  @Test
  void pagesAreBoundedWhateverCountSays() {
    String value = "v".repeat(100_000);
    for (int i = 0; i < 200; i++) {
      run("HSET", "h", "field" + i, value);
    }
    assertThat(scan(node, "0", "COUNT", "9223372036854775807").fields).hasSizeLessThan(12);
  }

  @Test
  void drawsWithRepetitionAreAsManyAsAskedFor() {
    fill(3);
    Reply.Array drawn = (Reply.Array) run("HRANDFIELD", "h", "-1000");
    assertThat(drawn.items()).hasSize(1000);
    assertThat(Set.copyOf(drawn.items())).hasSize(3);
    Reply.Pairs pairs = (Reply.Pairs) run("HRANDFIELD", "h", "-50", "WITHVALUES");
    for (int i = 0; i < 100; i += 2) {
      String field = text(pairs.firstsAndSeconds().get(i));
      assertThat(Integer.parseInt(field.substring(1)))
          .isEqualTo(Integer.parseInt(text(pairs.firstsAndSeconds().get(i + 1))));
    }
  }

  @Test
  void drawsWithoutRepetitionDiffer() {
    fill(5000);
    for (int count : new int[]{1, 10, 150, 157, 2000, 4999, 5000, 6000}) {
      Reply.Array drawn = (Reply.Array) run("HRANDFIELD", "h", Integer.toString(count));
      assertThat(drawn.items()).hasSize(Math.min(count, 5000)).doesNotHaveDuplicates();
    }
  }

  @Test
  void drawsThatNobodyCanHoldAreRefusedAtOnce() {
    fill(2);
    for (String count : List.of("-9223372036854775807", "-4611686018427387903", "-2147483649",
        "-100000000")) {
      assertThat(run("HRANDFIELD", "h", count).toString()).contains("the reply would be longer");
      assertThat(run("HRANDFIELD", "none", count)).isEqualTo(Reply.EMPTY_ARRAY);
    }
  }

  @Test
  void repliesThatNobodyCanHoldAreRefused() {
    HandlersTarget small = new HandlersTarget(
        Handlers.create(new Limits(() -> 1 << 20, 10_000), new Random(1)));
    fill(200);
    for (String name : List.of("HGETALL", "HKEYS", "HVALS")) {
      assertThat(small.answer(Call.of(name, "h"), keys)).isInstanceOf(Reply.Err.class);
    }
    assertThat(small.answer(Call.of("HSCAN", "h", "0", "COUNT", "5"), keys)).isInstanceOf(Reply.Array.class);
  }

  private record Scanned(String cursor, List<String> fields) {}

  private Scanned scan(HandlersTarget target, String cursor, String... options) {
    List<String> call = new ArrayList<>(List.of("HSCAN", "h", cursor));
    call.addAll(List.of(options));
    Reply.Array page = (Reply.Array) target.answer(Call.of(call.toArray(String[]::new)), keys);
    List<Reply> items = ((Reply.Array) page.items().get(1)).items();
    List<String> fields = new ArrayList<>();
    for (int i = 0; i < items.size(); i += 2) {
      fields.add(text(items.get(i)));
    }
    return new Scanned(text(page.items().getFirst()), fields);
  }

  /** Fields f000, f001 and so on with their numbers. */
  private void fill(int fields) {
    for (int i = 0; i < fields; i++) {
      run("HSET", "h", "f%03d".formatted(i), Integer.toString(i));
    }
  }

  private static Reply page(String next, String... items) {
    List<Reply> found = new ArrayList<>();
    for (String item : items) {
      found.add(Reply.bulk(item));
    }
    return Reply.array(Reply.bulk(next), Reply.array(found));
  }

  private static String text(Reply reply) {
    return new String(((Reply.Bulk) reply).bytes(), StandardCharsets.UTF_8);
  }

  private Reply run(String... call) {
    return node.answer(Call.of(call), keys);
  }
}
