package io.pika.node.engine;

import static io.pika.node.store.StoreBench.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.pika.node.engine.OrderedQuery.Content;
import io.pika.node.log.FsyncMode;
import io.pika.node.log.LogException;
import io.pika.node.store.CollectionHead;
import io.pika.node.store.Entry;
import io.pika.node.store.KeyRange;
import io.pika.node.store.KeyRange.Order;
import io.pika.proxy.protocol.Reply;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.jspecify.annotations.Nullable;

class OrderedScanTest {
  private static final int SLOTS = 16;

  @TempDir Path directory;
  private EngineBench engine;
  private RangeExecutor ranges;

  private record Page(@Nullable String next, List<String> keys, List<Reply> contents) {}

  @BeforeEach
  void openStore() {
    engine = new EngineBench(directory);
    engine.bench.store().log().fsync(FsyncMode.NO);
    ranges = new RangeExecutor(engine.executor(), 64 << 20);
  }

  @AfterEach
  void closeStore() {
    engine.close();
  }

  private Page page(OrderedQuery query) {
    CompletableFuture<Reply> told = new CompletableFuture<>();
    ranges.ordered(engine.range(0, SLOTS - 1, new TaskReply() {
      @Override
      public void done(Reply reply) {
        told.complete(reply);
      }

      @Override
      public void refused(Verdict why) {
        told.completeExceptionally(new AssertionError(why));
      }
    }), query);
    List<Reply> items = ((Reply.Array) told.join()).items();
    List<String> keys = new ArrayList<>();
    List<Reply> contents = new ArrayList<>();
    for (int i = 1; i < items.size(); i += 2) {
      keys.add(((Reply.Bulk) items.get(i)).text());
      contents.add(items.get(i + 1));
    }
    return new Page(items.getFirst() instanceof Reply.Bulk next ? next.text() : null, keys, contents);
  }

  private static OrderedQuery query(byte type, String from, @Nullable String to, Order order, int limit) {
    KeyRange range = order == Order.UP
        ? new KeyRange(bytes(from), to == null ? null : bytes(to), order)
        : new KeyRange(bytes(to == null ? "" : to), from.isEmpty() ? null : bytes(from), order);
    return new OrderedQuery(type, range, limit, key -> true, Content.KEYS);
  }

  private List<String> walk(byte type, String from, @Nullable String to, Order order, int limit) {
    List<String> found = new ArrayList<>();
    String at = from;
    for (int pages = 0; pages < 3000; pages++) {
      Page page = page(query(type, at, to, order, limit));
      assertThat(page.keys).hasSizeLessThanOrEqualTo(limit);
      found.addAll(page.keys);
      if (page.next == null) {
        return found;
      }
      assertThat(page.next).isNotEqualTo(at);
      at = page.next;
    }
    throw new AssertionError("no end");
  }

  private NavigableSet<String> fill(SplittableRandom random, int keys, int slots)
      throws LogException {
    NavigableSet<String> strings = new TreeSet<>();
    for (int i = 0; i < keys; i++) {
      String name = "k" + random.nextInt(100_000) + (random.nextBoolean() ? "x" : "");
      byte type = random.nextInt(4) == 0 ? Entry.HASH : Entry.STRING;
      long expireAt = random.nextInt(10) == 0 ? 1 : 0;
      engine.bench.run(1, Math.floorMod(name.hashCode(), slots), space -> {
        Entry entry = type == Entry.STRING
            ? Entry.string(bytes("v" + name), expireAt)
            : Entry.collection(type, new CollectionHead(space.newCollection(), 1, new byte[0]), 0);
        space.put(bytes(name), entry);
      });
      if (type == Entry.STRING && expireAt == 0) {
        strings.add(name);
      } else {
        strings.remove(name);
      }
      if (i % 100 == 0) {
        engine.bench.store().flush();
      }
    }
    return strings;
  }

  @Test
  void pagesAreTheKeysOfATypeInOrderOverAllSlots() throws LogException {
    for (long seed = 1; seed <= 3; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      NavigableSet<String> strings = fill(random, 400, seed == 1 ? 1 : SLOTS);
      for (int limit : new int[]{1, 7, 100, 10_000}) {
        assertThat(walk(Entry.STRING, "", null, Order.UP, limit)).containsExactlyElementsOf(strings);
        assertThat(walk(Entry.STRING, "", null, Order.DOWN, limit))
            .containsExactlyElementsOf(strings.descendingSet());
        assertThat(walk(Entry.STRING, "k3", "k7", Order.UP, limit))
            .containsExactlyElementsOf(strings.subSet("k3", true, "k7", true));
        assertThat(walk(Entry.STRING, "k7", "k3", Order.DOWN, limit))
            .containsExactlyElementsOf(strings.subSet("k3", true, "k7", true).descendingSet());
      }
      engine.bench.run(1, 0, space -> space.clear());
      for (int slot = 1; slot < SLOTS; slot++) {
        engine.bench.run(1, slot, space -> space.clear());
      }
    }
  }

  @Test
  void bothEndsAreOfTheRange() {
    for (String key : List.of("a", "b", "c", "d")) {
      engine.run(engine.set(key.charAt(0) % SLOTS, key, "v"));
    }
    assertThat(walk(Entry.STRING, "b", "c", Order.UP, 10)).containsExactly("b", "c");
    assertThat(walk(Entry.STRING, "c", "b", Order.DOWN, 10)).containsExactly("c", "b");
    assertThat(page(query(Entry.STRING, "", null, Order.UP, 2)))
        .isEqualTo(new Page("c", List.of("a", "b"), List.of(Reply.ONE, Reply.ONE)));
  }

  @Test
  void whatDoesNotMatchIsLookedAtAndNotGiven() {
    for (String key : List.of("a1", "b2", "c1")) {
      engine.run(engine.set(key.charAt(0) % SLOTS, key, "value of " + key));
    }
    OrderedQuery all = query(Entry.STRING, "", null, Order.UP, 2);
    Page page = page(new OrderedQuery(all.type(), all.range(), 2,
        key -> new String(key, StandardCharsets.US_ASCII).endsWith("1"), Content.KEYS_AND_VALUES));
    assertThat(page.keys).containsExactly("a1", "b2");
    assertThat(page.contents).containsExactly(Reply.bulk("value of a1"), Reply.NIL);
    assertThat(page.next).isEqualTo("c1");
  }

  @Test
  void largeValuesMakeShortPages() {
    String large = "x".repeat(400_000);
    for (int i = 0; i < 9; i++) {
      engine.run(engine.set(i, "k" + i, large));
      engine.bench.store().flush();
    }
    OrderedQuery all = query(Entry.STRING, "", null, Order.UP, 100);
    Page page = page(
        new OrderedQuery(all.type(), all.range(), 100, key -> true, Content.KEYS_AND_VALUES));
    assertThat(page.keys).containsExactly("k0", "k1");
    assertThat(page.next).isEqualTo("k2");
  }

  @Test
  void keysOfOtherTypesAreNotWalkedOverWithoutBound() throws LogException {
    for (int i = 0; i < 101; i++) {
      int from = i * 1000;
      engine.bench.run(1, 3, space -> {
        for (int key = from; key < from + 1000; key++) {
          space.put(bytes("k%06d".formatted(key)), Entry.string(new byte[0], 0));
        }
      });
    }
    Page page = page(query(Entry.HASH, "", null, Order.UP, 10));
    assertThat(page.keys).isEmpty();
    assertThat(page.next).isEqualTo("k%06d".formatted(100_016));
    assertThat(page(query(Entry.HASH, "k100016", null, Order.UP, 10)).next).isNull();
  }
}
