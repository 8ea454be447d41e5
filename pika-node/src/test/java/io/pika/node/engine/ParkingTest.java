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
  private record Reader(Supplier<Reply> reply) implements Waiting {
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
      return keySpace.find(StoreBench.bytes("k")) == null ? null : reply.get();
    }

    @Override
    public Reply nothing() {
      return Reply.NIL;
    }
  }

  private SlotTask park(int number, Supplier<Reply> reply) {
    Request request = Request.of("BLPOP", "k", "0");
    Park park = new Park(Bytes.of(StoreBench.bytes("ticket" + number)), request,
        (args, keys) -> new Reader(reply));
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
    CountDownLatch hold = new CountDownLatch(1);
    executor.workers().offer(1, () -> awaitUninterrupted(hold));
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
