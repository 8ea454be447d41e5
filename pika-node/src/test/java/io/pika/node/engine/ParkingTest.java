package io.pika.node.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pika.core.bytes.Bytes;
import io.pika.node.log.FsyncMode;
import io.pika.node.store.Entry;
import io.pika.node.store.KeySpace;
import io.pika.node.store.StoreBench;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ParkingTest {
  private static final int SLOT = 1;
  private static final int READERS = 40;
  /** One batch looks at a thousand. */
  private static final int CROWD = 2_500;
  /** More than one batch serves, and fewer than two. */
  private static final int MORE_READERS = 20;
  private static final int MORE_TAKERS = 1_500;

  @TempDir Path directory;
  private EngineBench engine;
  private SlotExecutor executor;
  private final List<String> told = new CopyOnWriteArrayList<>();

  @BeforeEach
  void openStore() {
    engine = new EngineBench(directory);
    engine.bench.store().log().fsync(FsyncMode.NO);
    executor = engine.executor();
  }

  @AfterEach
  void closeStore() {
    await().until(() -> executor.workers().busy() == 0);
    executor.workers().close();
    engine.close();
  }

  /** Waits for the key "k" to be there and answers the same whoever else does. */
  private record Reader(Supplier<@Nullable Reply> reply, boolean writes) implements Waiting {
    @Override
    public List<byte[]> keys() {
      return List.of(StoreBench.bytes("k"));
    }

    @Override
    public byte type() {
      return Entry.STRING;
    }

    @Override
    public @Nullable Reply attempt(KeySpace keySpace, List<byte[]> among) {
      byte[] key = StoreBench.bytes("k");
      Entry found = keySpace.find(key);
      if (found == null) {
        return null;
      }
      if (writes) {
        keySpace.put(key, found);
      }
      return reply.get();
    }

    @Override
    public Reply nothing() {
      return Reply.NIL;
    }
  }

  private SlotTask park(int number, Supplier<@Nullable Reply> reply) {
    return park(number, new Reader(reply, false));
  }

  private SlotTask parkTaker(int number) {
    return park(number, new Reader(() -> Reply.OK, true));
  }

  private SlotTask park(int number, Reader reader) {
    Request request = Request.of("BLPOP", "k", "0");
    Park park = new Park(Bytes.of(StoreBench.bytes("ticket" + number)), request,
        (args, keys) -> reader);
    return new SlotTask(1, SLOT, engine.epoch, request, park,
        new EngineBench.Told(number, (who, text) -> told.add(who + ":" + text.length())));
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void write() {
    executor.run(List.of(engine.set(SLOT, "k", "v").make(new EngineBench.Told(0, (number, text) -> {}))));
  }

  @Test
  void oneWriteServesManyReadersInTurnsOfBoundedLength() {
    byte[] megabyte = StoreBench.bytes("x".repeat(1 << 20));
    CountDownLatch hold = holdWorkers();
    for (int i = 0; i < READERS; i++) {
      executor.run(List.of(park(i, () -> Reply.bulk(megabyte))));
    }
    write();
    assertThat(told).hasSize(16);
    hold.countDown();
    await().until(() -> told.size() == READERS);
    assertThat(executor.waiting()).isZero();
    assertThat(told.stream().distinct()).as("each once").hasSize(READERS);
  }

  /** More than one batch looks at, and nothing is there for any but the last. */
  private int[] parkMany(int waiters) {
    int[] looks = new int[waiters];
    for (int i = 0; i < waiters; i++) {
      int number = i;
      executor.run(List.of(park(i, () -> {
        looks[number]++;
        return number == waiters - 1 ? Reply.OK : null;
      })));
    }
    return looks;
  }

  private static int[] each(int waiters, int looks) {
    int[] all = new int[waiters];
    Arrays.fill(all, looks);
    return all;
  }

  private CountDownLatch holdWorkers() {
    CountDownLatch hold = new CountDownLatch(1);
    executor.workers().offer(1, () -> awaitUninterrupted(hold));
    return hold;
  }

  private void awaitIdleWorkers() {
    await().until(() -> executor.workers().busy() == 0 && executor.workers().waiting() == 0);
  }

  @Test
  void eachWhoWaitsIsLookedAtOnceForAWriteHoweverMany() {
    int[] looks = parkMany(CROWD);
    write();
    await().until(() -> told.size() == 1);
    awaitIdleWorkers();
    assertThat(looks).isEqualTo(each(CROWD, 1));
    assertThat(executor.waiting()).isEqualTo(CROWD - 1);
  }

  @Test
  void writesThatKeepComingDoNotKeepThoseFarBehindFromTheirLook() {
    int[] looks = parkMany(CROWD);
    CountDownLatch hold = holdWorkers();
    write();
    write();
    assertThat(told).isEmpty();
    write();
    assertThat(told).containsExactly(CROWD - 1 + ":3");
    assertThat(executor.workers().waiting()).as("one batch is to go on, however many were written")
        .isEqualTo(1);
    hold.countDown();
    awaitIdleWorkers();
    // The last look of each came after the last write; the one who was served needed none.
    int[] twice = each(CROWD, 2);
    twice[CROWD - 1] = 1;
    assertThat(looks).isEqualTo(twice);
  }

  @Test
  void whoIsStillToBeServedIsNotForgottenWhenTheLogRefusesABatch() {
    byte[] megabyte = StoreBench.bytes("x".repeat(1 << 20));
    CountDownLatch hold = holdWorkers();
    for (int i = 0; i < MORE_READERS; i++) {
      executor.run(List.of(park(i, () -> Reply.bulk(megabyte))));
    }
    write();
    assertThat(told).hasSize(16);
    engine.bench.disk.room(20);
    write();
    assertThat(told).hasSize(16);
    engine.bench.disk.room(Long.MAX_VALUE);
    hold.countDown();
    await().until(() -> told.size() == MORE_READERS);
    assertThat(told.stream().distinct()).as("each once").hasSize(MORE_READERS);
  }

  @Test
  void theNextCommandGoesOnWhenTheLogRefusesTheBatchThatWasTo() {
    CountDownLatch hold = holdWorkers();
    for (int i = 0; i < MORE_TAKERS; i++) {
      executor.run(List.of(parkTaker(i)));
    }
    write();
    assertThat(told).hasSize(1_000);
    engine.bench.disk.room(20);
    hold.countDown();
    awaitIdleWorkers();
    assertThat(told).hasSize(1_000);
    engine.bench.disk.room(Long.MAX_VALUE);
    executor.run(List.of(engine.get(SLOT, "k").make(new EngineBench.Told(0, (number, text) -> {}))));
    await().until(() -> told.size() == MORE_TAKERS);
    assertThat(told.stream().distinct()).as("each once").hasSize(MORE_TAKERS);
    assertThat(executor.waiting()).isZero();
  }

  @Test
  void aWaiterThatFailsIsAnsweredAndHarmsNoOther() {
    executor.run(List.of(park(1, () -> {
      throw new StackOverflowError();
    })));
    executor.run(List.of(park(2, () -> Reply.OK)));
    write();
    assertThat(told).containsExactly("1:" + "-ERR internal error".length(), "2:" + "+OK".length());
    assertThat(executor.waiting()).isZero();
  }

  @Test
  void whatACommandWroteBeforeItWasRefusedWakesNobody() {
    executor.run(List.of(park(1, () -> Reply.OK)));
    KeyHandler refused = (args, keys) -> {
      EngineBench.SET.run(args, keys);
      throw new RefusalException("ERR no");
    };
    executor.run(List.of(engine.task(SLOT, refused, new EngineBench.Told(0, (number, text) -> {}), "SET", "k",
        "v")));
    assertThat(told).isEmpty();
    write();
    assertThat(told).hasSize(1);
  }

  @Test
  void aCommandOfTooManyEffectsChangesNothing() {
    byte[] megabyte = new byte[1 << 20];
    KeyHandler greedy = (args, keys) -> {
      for (int i = 0; i < 600; i++) {
        keys.put(StoreBench.bytes("key" + i), Entry.string(megabyte, 0));
      }
      return Reply.OK;
    };
    List<String> answers = new ArrayList<>();
    executor
        .run(List.of(engine.task(SLOT, greedy, new EngineBench.Told(0, (number, text) -> answers.add(text)),
            "SET", "k", "v")));
    assertThat(answers).singleElement().asString()
        .matches("-ERR this command changes more than \\d+ bytes; nothing was changed");
    assertThat(engine.bench.store().keys(1, 0, 9)).isZero();
  }
}
