package io.pika.node.store;

import static io.pika.node.store.StoreBench.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.pika.node.log.LogException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients of several slots and a flusher that never rests share a read tier with too little room: everybody reads what he wrote. */
class ReadTierRaceTest {
  private static final int CLIENTS = 3;
  private static final int STEPS = 4000;
  private static final int NAMES = 30;
  private static final StoreOptions BUSY = new StoreOptions(StoreBench.TINY_LOG, 2_000, 3_000, 1 << 20,
      1 << 20, 64, Duration.ofMillis(1), Duration.ofSeconds(20), 100_000);

  @TempDir Path directory;

  private static final class Client {
    final Store store;
    final int slot;
    final SplittableRandom random;
    final Map<String, String> model = new HashMap<>();
    final byte[] collection = bytes("collection");

    Client(Store store, int slot) {
      this.store = store;
      this.slot = slot;
      this.random = new SplittableRandom(slot);
    }

    void run() throws LogException {
      for (int i = 0; i < STEPS; i++) {
        step(i);
      }
    }

    private void step(int number) throws LogException {
      assertThat(store.awaitRoom()).isTrue();
      int[] stripes = {store.locks().stripe(1, slot)};
      store.locks().lock(stripes);
      try {
        Batch batch = store.batch();
        KeySpace keys = batch.begin(1, slot, 1);
        Elements elements = elements(keys);
        String name = name();
        assertThat(text(elements.get(bytes(name)))).as("slot %d step %d", slot, number)
            .isEqualTo(model.get(name));
        if (random.nextInt(20) == 0) {
          change(elements, new HashMap<>(), number);
          batch.drop();
        } else if (random.nextBoolean()) {
          change(elements, model, number);
          batch.end();
        } else {
          batch.end();
        }
        batch.commit();
      } finally {
        store.locks().unlock(stripes);
      }
    }

    private Elements elements(KeySpace keys) {
      Entry found = keys.find(collection);
      CollectionHead head = found == null
          ? new CollectionHead(keys.newCollection(), 1, collection)
          : found.head();
      if (found == null) {
        keys.put(collection, Entry.collection(Entry.HASH, head, 0));
      }
      return keys.elements(head.id());
    }

    private void change(Elements elements, Map<String, String> changed, int number) {
      String name = name();
      switch (random.nextInt(8)) {
        case 0, 1 -> {
          elements.delete(bytes(name));
          changed.remove(name);
        }
        case 2 -> {
          String end = name();
          if (end.compareTo(name) > 0) {
            elements.deleteRange(bytes(name), bytes(end));
            changed.keySet().removeIf(each -> each.compareTo(name) >= 0 && each.compareTo(end) < 0);
          }
        }
        default -> {
          String value = number + "x".repeat(random.nextInt(80));
          elements.put(bytes(name), bytes(value));
          changed.put(name, value);
        }
      }
    }

    private String name() {
      return "name" + (10 + random.nextInt(NAMES));
    }

    private static @Nullable String text(byte @Nullable [] value) {
      return value == null ? null : new String(value, StandardCharsets.UTF_8);
    }
  }

  @Test
  void everybodyReadsWhatHeWrote() throws Exception {
    try (Store store = Store.open(directory, BUSY, InstantSource.system());
        ExecutorService threads = Executors.newFixedThreadPool(CLIENTS)) {
      List<Future<?>> running = new ArrayList<>();
      for (int slot = 0; slot < CLIENTS; slot++) {
        Client client = new Client(store, slot);
        running.add(threads.submit(() -> {
          client.run();
          return Objects.requireNonNull(client);
        }));
      }
      for (Future<?> each : running) {
        each.get();
      }
      assertThat(store.stats().flushes()).isGreaterThan(10);
      assertThat(store.stats().reads().hits()).isGreaterThan(100);
      assertThat(store.stats().reads().evictions()).isGreaterThan(100);
    }
  }
}
