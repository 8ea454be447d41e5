package io.pika.node.type;

import static org.assertj.core.api.Assertions.assertThat;

import io.pika.node.store.ElementWalk;
import io.pika.node.store.Elements;
import io.pika.node.type.OpenGroup.AutoClaim;
import io.pika.node.type.OpenGroup.Delivery;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Whatever is done to a stream, what is kept beside its elements is what counting them gives. */
class StreamPropertyTest {
  private static final byte[] KEY = {'s'};
  private static final byte[][] GROUPS = {{'g'}, {'h', 'h'}};
  private static final byte[][] CONSUMERS = {{'a'}, {'b', 'b'}, {}};
  private static final int PROGRAMS = 60;
  private static final int STEPS = 150;

  private final InMemoryKeySpace keys = new InMemoryKeySpace(1_000_000);
  private Random random = new Random(0);

  @Test
  void whatIsKeptIsWhatCountingGives() {
    for (int seed = 0; seed < PROGRAMS; seed++) {
      random = new Random(seed);
      keys.clear();
      for (int i = 0; i < STEPS; i++) {
        keys.setNowMs(keys.nowMs() + random.nextInt(20));
        step();
        check(seed);
      }
    }
  }

  private void step() {
    OpenStream stream = OpenStream.findOrMake(keys, KEY);
    byte[] name = GROUPS[random.nextInt(GROUPS.length)];
    OpenGroup group = OpenGroup.find(stream, name);
    switch (random.nextInt(16)) {
      case 0, 1, 2 ->
        stream.add(new NewStreamId.Now(), List.of(new byte[]{'f'}, new byte[random.nextInt(300)]), null);
      case 3 -> stream.add(new NewStreamId.Now(), List.of(KEY, KEY), trim());
      case 4 -> stream.delete(ids(stream));
      case 5 -> {
        if (random.nextInt(4) == 0) {
          stream.trim(trim());
        }
      }
      default -> {
        if (group == null) {
          OpenGroup.create(stream, name, StreamId.ZERO, OpenGroup.UNKNOWN);
        } else {
          step(stream, group);
        }
      }
    }
  }

  private void step(OpenStream stream, OpenGroup group) {
    byte[] consumer = CONSUMERS[random.nextInt(CONSUMERS.length)];
    switch (random.nextInt(12)) {
      case 0, 1, 2 -> group.readNew(consumer, random.nextInt(4), Delivery.ACKNOWLEDGED, entry -> {});
      case 3 -> group.readNew(consumer, 1, Delivery.FORGOTTEN, entry -> {});
      case 4 -> group.readPending(consumer, StreamId.ZERO, random.nextInt(3), entry -> {});
      case 5, 6 -> group.acknowledge(ids(stream));
      case 7 -> group.claim(consumer, ids(stream),
          new StreamClaim(random.nextInt(50), null, null, random.nextBoolean(), random.nextBoolean(),
              StreamId.ZERO),
          entry -> {});
      case 8 ->
        group.claimIdle(consumer, new AutoClaim(StreamId.ZERO, random.nextInt(50), 2, random.nextBoolean()),
            entry -> {}, id -> {});
      case 9 -> group.createConsumer(consumer);
      case 10 -> {
        if (random.nextInt(3) == 0) {
          group.deleteConsumer(consumer);
        } else {
          group.setLastId(StreamId.ZERO, OpenGroup.UNKNOWN);
        }
      }
      default -> {
        if (random.nextInt(5) == 0) {
          group.destroy();
        }
      }
    }
  }

  private StreamTrim trim() {
    StreamTrim.Bound bound = random.nextBoolean()
        ? new StreamTrim.Bound.Length(random.nextInt(20))
        : new StreamTrim.Bound.From(new StreamId(keys.nowMs() - random.nextInt(200), 0));
    return new StreamTrim(bound, new StreamTrim.Effort.Exact());
  }

  /** Some that are there, and one that is not. */
  private List<StreamId> ids(OpenStream stream) {
    List<StreamId> ids = new ArrayList<>();
    stream.range(StreamId.ZERO, StreamId.MAX, 0, entry -> ids.add(entry.id()));
    Collections.shuffle(ids, random);
    List<StreamId> some = new ArrayList<>(ids.subList(0, Math.min(ids.size(), 3)));
    some.add(new StreamId(keys.nowMs() - 1, 77));
    return some;
  }

  private void check(int seed) {
    OpenStream stream = OpenStream.find(keys, KEY);
    if (stream == null) {
      return;
    }
    List<StreamId> entries = ids(stream.elements(), StreamNames.ENTRIES, StreamNames.ENTRIES_END);
    assertThat(stream.length()).as("seed %d", seed).isEqualTo(entries.size());
    assertThat(stream.firstId()).isEqualTo(entries.isEmpty() ? StreamId.ZERO : entries.getFirst());
    StreamEntry last = stream.last();
    assertThat(last == null ? null : last.id()).isEqualTo(entries.isEmpty() ? null : entries.getLast());
    List<OpenGroup> groups = new ArrayList<>();
    OpenGroup.each(stream, groups::add);
    assertThat(stream.groups()).isEqualTo(groups.size());
    long owned = 0;
    for (OpenGroup group : groups) {
      owned += check(stream, group);
    }
    assertThat(count(stream.elements())).as("nothing is left of groups that are gone")
        .isEqualTo(entries.size() + groups.size() + owned);
  }

  /** Count of the elements that belong to the group. */
  private static long check(OpenStream stream, OpenGroup group) {
    Map<String, Long> byConsumer = new HashMap<>();
    List<StreamPending> pending = new ArrayList<>();
    group.eachPending(new OpenGroup.PendingQuery(StreamId.ZERO, StreamId.MAX, Long.MAX_VALUE), pending::add);
    pending.forEach(each -> byConsumer.merge(new String(each.consumer()), 1L, Long::sum));
    List<StreamConsumer> consumers = new ArrayList<>();
    group.eachConsumer(consumers::add);
    assertThat(group.pending()).isEqualTo(pending.size());
    assertThat(group.consumers()).isEqualTo(consumers.size());
    assertThat(count(stream.elements(), 'p')).as("none lies before the first one")
        .isEqualTo(pendingOfAll(stream));
    for (StreamConsumer consumer : consumers) {
      List<StreamPending> own = new ArrayList<>();
      group.eachPending(
          new OpenGroup.PendingQuery(StreamId.ZERO, StreamId.MAX, Long.MAX_VALUE, 0, consumer.name()),
          own::add);
      assertThat(consumer.pending()).isEqualTo(own.size())
          .isEqualTo(Objects.requireNonNullElse(byConsumer.get(new String(consumer.name())), 0L));
    }
    return 2 * group.pending() + 2 * group.consumers();
  }

  private static long pendingOfAll(OpenStream stream) {
    long[] sum = {0};
    OpenGroup.each(stream, group -> {
      List<StreamPending> found = new ArrayList<>();
      group.eachPending(new OpenGroup.PendingQuery(StreamId.ZERO, StreamId.MAX, Long.MAX_VALUE), found::add);
      sum[0] += found.size();
      assertThat(group.pendingEdges()).isEqualTo(found.isEmpty()
          ? List.of()
          : List.of(found.getFirst().id(), found.getLast().id()));
    });
    return sum[0];
  }

  private static long count(Elements elements, char kind) {
    return ids(elements, new byte[]{(byte) kind}, new byte[]{(byte) (kind + 1)}).size();
  }

  private static List<StreamId> ids(Elements elements, byte[] from, byte[] to) {
    List<StreamId> ids = new ArrayList<>();
    try (ElementWalk walk = elements.walk(from, to)) {
      while (walk.next()) {
        ids.add(StreamNames.idOf(walk.name()));
      }
    }
    return ids;
  }

  private static long count(Elements elements) {
    long count = 0;
    try (ElementWalk walk = elements.walk(Elements.FROM_START, null)) {
      while (walk.next()) {
        count++;
      }
    }
    return count;
  }
}
