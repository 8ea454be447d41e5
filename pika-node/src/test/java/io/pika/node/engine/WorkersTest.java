package io.pika.node.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WorkersTest {
  private static final int GREEDY = 1;
  private static final int MODEST = 2;
  private static final int THIRD = 3;

  private final CountDownLatch hold = new CountDownLatch(1);
  private final List<String> begun = new CopyOnWriteArrayList<>();
  private final Workers workers = new Workers("test", 4, 8);

  @AfterEach
  void close() {
    hold.countDown();
    workers.close();
  }

  private boolean offer(int table, String name) {
    return workers.offer(table, () -> {
      begun.add(name);
      awaitHold();
    });
  }

  private void awaitHold() {
    try {
      hold.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Test
  void oneTableGetsHalfOfTheThreadsAndHalfOfTheLine() {
    for (int i = 0; i < 2 + 4; i++) {
      assertThat(offer(GREEDY, "greedy" + i)).isTrue();
    }
    assertThat(offer(GREEDY, "one too many")).isFalse();
    assertThat(workers.busy()).isEqualTo(2);
    assertThat(workers.waiting()).isEqualTo(4);
    assertThat(workers.refused()).isEqualTo(1);
    assertThat(offer(MODEST, "modest")).isTrue();
    await().until(() -> begun.contains("modest"));
    assertThat(begun).containsExactlyInAnyOrder("greedy0", "greedy1", "modest");
  }

  @Test
  void tablesThatWaitTakeTurns() {
    List.of("g0", "g1", "g2", "g3").forEach(name -> offer(GREEDY, name));
    List.of("m0", "m1", "m2", "m3").forEach(name -> offer(MODEST, name));
    offer(THIRD, "third");
    await().until(() -> begun.size() == 4);
    assertThat(begun).containsExactlyInAnyOrder("g0", "g1", "m0", "m1");
    hold.countDown();
    await().until(() -> begun.size() == 9);
    assertThat(begun.indexOf("third")).as("behind one of each other table at most, but for those that run")
        .isLessThan(4 + 4);
  }

  @Test
  void workThatCouldNotGoOnIsNextOfItsTable() {
    try (Workers one = new Workers("one", 2, 8)) {
      one.offer(GREEDY, this::awaitHold);
      one.offer(GREEDY, () -> begun.add("second"));
      one.again(GREEDY, () -> begun.add("again"));
      hold.countDown();
      await().until(() -> begun.size() == 2);
      assertThat(begun).containsExactly("again", "second");
    }
  }

  @Test
  void workThatThrowsTakesNoThreadAlong() {
    for (int i = 0; i < 50; i++) {
      assertThat(workers.offer(i, () -> {
        throw new IllegalStateException("a bug");
      })).isTrue();
      int before = i;
      await().until(() -> workers.done() > before);
    }
    assertThat(workers.busy()).isZero();
  }
}
