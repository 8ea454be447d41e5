package io.pika.node.store;

import static io.pika.node.store.StoreBench.bytes;
import static org.assertj.core.api.Assertions.assertThat;

import io.pika.node.log.LogException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A slot is looked at as it was while threads write to it, flush and compact. */
class SlotImageRaceTest {
  private static final int IMAGES = 30;
  private static final int KEYS = 500;

  @TempDir Path directory;

  private static void write(Store store, SplittableRandom random) {
    int[] stripes = {store.locks().stripe(1, 0)};
    byte[] value = new byte[random.nextInt(200)];
    random.nextBytes(value);
    byte[] key = bytes("key" + random.nextInt(KEYS));
    store.locks().lock(stripes);
    try {
      Batch batch = store.batch();
      KeySpace keys = batch.begin(1, 0, 1);
      if (random.nextInt(3) == 0) {
        keys.delete(key);
      } else {
        keys.put(key, Entry.string(value, 0));
      }
      batch.end();
      batch.commit();
    } catch (LogException e) {
      throw new IllegalStateException(e);
    } finally {
      store.locks().unlock(stripes);
    }
  }

  private static int hash(SlotImage image, long[] keys) {
    int[] hash = new int[1];
    keys[0] = 0;
    image.read(null, (key, value) -> {
      hash[0] = (hash[0] * 31 + Arrays.hashCode(key)) * 31 + Arrays.hashCode(value);
      keys[0] += key[0] == Layout.META ? 1 : 0;
      return true;
    });
    return hash[0];
  }

  @Test
  void imageIsTheSameHoweverOftenItIsRead() {
    try (Store store = Store.open(directory, StoreOptions.DEFAULT, InstantSource.system())) {
      AtomicBoolean stop = new AtomicBoolean();
      CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> {
        SplittableRandom random = new SplittableRandom(1);
        while (!stop.get()) {
          write(store, random);
        }
      });
      long newest = 0;
      for (int i = 0; i < IMAGES; i++) {
        try (SlotImage image = store.images().take(1, 0)) {
          long[] keys = new long[1];
          int first = hash(image, keys);
          assertThat(keys[0]).isEqualTo(image.summary().keys());
          assertThat(image.summary().newest().index()).isGreaterThanOrEqualTo(newest);
          newest = image.summary().newest().index();
          store.flush();
          store.compact(1);
          assertThat(hash(image, keys)).isEqualTo(first);
        }
      }
      stop.set(true);
      writer.join();
    }
  }
}
