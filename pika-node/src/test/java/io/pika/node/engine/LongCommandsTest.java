package io.pika.node.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.pika.node.engine.Ran.Stop;
import io.pika.node.log.FsyncMode;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A command that takes long, made of a latch: nobody waits for it but who must. */
@Timeout(60)
class LongCommandsTest {
  /** A row that is marked as long. */
  private static final String LONG = "LCS";
  private static final int HELD = 1;
  private static final int FREE = 2;

  @TempDir Path directory;
  private EngineBench engine;
  private final Workers workers = new Workers("test", 2, 4);
  private SlotExecutor executor;
  private final List<String> told = new CopyOnWriteArrayList<>();
  private final List<CountDownLatch> latches = new ArrayList<>();

  @BeforeEach
  void openStore() {
    engine = new EngineBench(directory);
    engine.bench.store().log().fsync(FsyncMode.NO);
    executor = new SlotExecutor(engine.bench.store(), engine, Followers.NOT_ASKED, workers);
  }

  @AfterEach
  void closeStore() {
    latches.forEach(CountDownLatch::countDown);
    await().until(() -> workers.busy() == 0);
    workers.close();
    engine.close();
  }

  /** A caller whose thread is the test's: it runs what came back when the test says so. */
  private final class Client implements Home {
    final List<Runnable> toRun = new CopyOnWriteArrayList<>();
    final List<List<SlotTask>> back = new ArrayList<>();

    @Override
    public void execute(Runnable work) {
      toRun.add(work);
    }

    @Override
    public void back(List<SlotTask> notTaken) {
      back.add(notTaken);
    }

    Ran run(SlotTask... tasks) {
      return executor.run(List.of(tasks), this);
    }

    void awaitBack() {
      await().until(() -> !toRun.isEmpty());
      toRun.removeFirst().run();
    }
  }

  private EngineBench.Told telling(String name) {
    return new EngineBench.Told(0, (number, text) -> told.add(name + " " + text));
  }

  private SlotTask get(int slot, String name) {
    return engine.task(slot, EngineBench.GET, telling(name), "GET", "key");
  }

  private SlotTask set(int slot, String name) {
    return engine.task(slot, EngineBench.SET, telling(name), "SET", "key", name);
  }

  /** Runs until its latch is let go. */
  private SlotTask held(int slot, String name, CountDownLatch begun, CountDownLatch end) {
    latches.add(end);
    KeyHandler handler = (args, keys) -> {
      begun.countDown();
      awaitUninterrupted(end);
      return Reply.OK;
    };
    return new SlotTask(1, slot, engine.epoch, Request.of(LONG, "a", "b"), handler, telling(name));
  }

  private static void awaitUninterrupted(CountDownLatch latch) {
    try {
      assertThat(latch.await(50, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private CountDownLatch hold(Client client) {
    CountDownLatch begun = new CountDownLatch(1);
    CountDownLatch end = new CountDownLatch(1);
    Ran ran = client.run(held(HELD, "long", begun, end));
    assertThat(ran.stopped()).isEqualTo(Stop.AWAY);
    awaitUninterrupted(begun);
    return end;
  }

  @Test
  void othersGoOnInOtherSlotsWhileACommandTakesLong() {
    Client client = new Client();
    CountDownLatch end = hold(client);
    assertThat(new Client().run(set(FREE, "set"), get(FREE, "get")).stopped()).isEqualTo(Stop.NO);
    assertThat(told).containsExactly("set +OK", "get set");
    end.countDown();
    client.awaitBack();
    assertThat(told).containsExactly("set +OK", "get set", "long +OK");
    assertThat(client.back).containsExactly(List.of());
  }

  @Test
  void whatIsForItsSlotStandsInLineAndRunsBehindIt() {
    CountDownLatch end = hold(new Client());
    Client waiting = new Client();
    Ran ran = waiting.run(set(FREE, "before"), set(HELD, "behind"), get(HELD, "read"), get(FREE, "last"));
    assertThat(ran.taken()).as("with its own stripe's, without the last").isEqualTo(3);
    assertThat(ran.away()).hasSize(2);
    assertThat(executor.standing()).isEqualTo(1);
    assertThat(told).containsExactly("before +OK");
    end.countDown();
    waiting.awaitBack();
    assertThat(told).containsExactly("before +OK", "long +OK", "behind +OK", "read behind");
    assertThat(executor.standing()).isZero();
  }

  @Test
  void shortWorkWaitsForOneLongCommandAtMost() {
    CountDownLatch end = hold(new Client());
    CountDownLatch secondBegun = new CountDownLatch(1);
    CountDownLatch secondEnd = new CountDownLatch(1);
    new Client().run(held(HELD, "second", secondBegun, secondEnd));
    Client reader = new Client();
    reader.run(get(HELD, "read"));
    end.countDown();
    awaitUninterrupted(secondBegun);
    assertThat(told).containsExactly("long +OK", "read " + Reply.NIL);
    reader.awaitBack();
    Client late = new Client();
    late.run(get(HELD, "late"));
    secondEnd.countDown();
    late.awaitBack();
    assertThat(told).endsWith("second +OK", "late " + Reply.NIL);
  }

  @Test
  void commandThatTurnsOutLongRunsAgainOnAWorker() {
    List<String> threads = new CopyOnWriteArrayList<>();
    KeyHandler many = (args, keys) -> {
      threads.add(Thread.currentThread().getName());
      for (int i = 0; i < 20_000; i++) {
        keys.find(("key" + i).getBytes(StandardCharsets.UTF_8));
      }
      return EngineBench.SET.run(args, keys);
    };
    Client client = new Client();
    Ran ran = client.run(set(HELD, "before"), engine.task(HELD, many, telling("many"), "SET", "key", "many"),
        get(HELD, "behind"));
    assertThat(ran.stopped()).isEqualTo(Stop.TURN_OVER);
    assertThat(ran.taken()).as("it did not have all of the turn").isEqualTo(1);
    ran = client.run(engine.task(HELD, many, telling("many"), "SET", "key", "many"), get(HELD, "behind"));
    assertThat(ran).extracting(Ran::taken, Ran::stopped).containsExactly(1, Stop.AWAY);
    client.awaitBack();
    client.run(get(HELD, "behind"));
    assertThat(told).containsExactly("before +OK", "many +OK", "behind many");
    assertThat(threads.getLast()).startsWith("test-");
    assertThat(threads).hasSize(3);
  }

  @Test
  void callersThatMayWaitGetTheWholeAtOnce() {
    KeyHandler many = (args, keys) -> {
      for (int i = 0; i < 20_000; i++) {
        keys.find(("key" + i).getBytes(StandardCharsets.UTF_8));
      }
      return Reply.OK;
    };
    assertThat(executor.run(List.of(set(HELD, "before"),
        engine.task(HELD, many, telling("many"), "GET", "key"), get(HELD, "behind")))).isEqualTo(3);
    assertThat(told).containsExactly("before +OK", "many +OK", "behind before");
  }

  @Test
  void oneCommandTooManyIsRefusedAndThoseBehindItRun() {
    CountDownLatch end = hold(new Client());
    AtomicInteger began = new AtomicInteger();
    CountDownLatch never = new CountDownLatch(0);
    for (int i = 0; i < 2; i++) {
      new Client().run(held(FREE, "waits", never, end));
    }
    Ran ran = new Client().run(held(FREE, "refused", never, end), set(FREE, "behind"));
    assertThat(ran.stopped()).isEqualTo(Stop.NO);
    assertThat(told).containsExactly("refused -TRYAGAIN this node works on too many long commands",
        "behind +OK");
    assertThat(workers.refused()).isEqualTo(1);
    assertThat(began).hasValue(0);
  }

  @Test
  void whoStandsInLineIsRefusedWhereTheSlotIsNotLedAnyMore() {
    CountDownLatch end = hold(new Client());
    Client waiting = new Client();
    waiting.run(set(HELD, "first"), get(HELD, "second"));
    engine.verdict = Verdict.NOT_LEADER;
    end.countDown();
    await().until(() -> !waiting.toRun.isEmpty());
    assertThat(told).as("not on the worker's thread").containsExactly("long +OK");
    waiting.awaitBack();
    assertThat(told).containsExactly("long +OK", "first NOT_LEADER", "second NOT_LEADER");
    assertThat(waiting.back).containsExactly(List.of());
  }

  @Test
  void threadsThatMixShortAndLongWorkLoseNothing() throws Exception {
    List<Thread> threads = new ArrayList<>();
    AtomicInteger answered = new AtomicInteger();
    Workers many = new Workers("mix", 4, 1000);
    SlotExecutor mixed = new SlotExecutor(engine.bench.store(), engine, Followers.NOT_ASKED, many);
    KeyHandler append = (args, keys) -> {
      Reply before = EngineBench.GET.run(args, keys);
      String text = before instanceof Reply.Bulk bulk
          ? new String(bulk.bytes(),
              StandardCharsets.UTF_8)
          : "0";
      String next = Integer.toString(Integer.parseInt(text) + 1);
      keys.put("key".getBytes(StandardCharsets.UTF_8),
          io.pika.node.store.Entry.string(next.getBytes(StandardCharsets.UTF_8), 0));
      return Reply.OK;
    };
    for (int t = 0; t < 4; t++) {
      int seed = t;
      threads.add(Thread.ofPlatform().start(() -> {
        SplittableRandom random = new SplittableRandom(seed);
        for (int round = 0; round < 300; round++) {
          List<SlotTask> tasks = new ArrayList<>();
          for (int i = 0; i < 8; i++) {
            String command = random.nextInt(4) == 0 ? LONG : "GET";
            tasks.add(new SlotTask(1, random.nextInt(3), engine.epoch, Request.of(command, "key"), append,
                new EngineBench.Told(0, (number, text) -> answered.incrementAndGet())));
          }
          mixed.run(tasks);
        }
      }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    await().until(() -> answered.get() == 4 * 300 * 8);
    executor.run(List.of(get(0, "sum"), get(1, "sum"), get(2, "sum")));
    assertThat(told.stream().mapToInt(text -> Integer.parseInt(text.substring(4))).sum())
        .isEqualTo(4 * 300 * 8);
    assertThat(mixed.standing()).isZero();
    many.close();
  }
}
