package io.pika.node.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.pika.node.log.LogException;
import io.pika.node.type.Direction;
import io.pika.node.type.ElementRun;
import io.pika.node.type.MemberRange.ByRank;
import io.pika.node.type.MemberRange.ByScore;
import io.pika.node.type.MemberRange.ScoreBound;
import io.pika.node.type.Presence;
import io.pika.node.type.ScoreChange;
import io.pika.node.type.ScoreChange.Form;
import io.pika.node.type.ScoreChange.Growth;
import io.pika.node.type.ScoredMember;
import io.pika.node.type.Slice;
import io.pika.node.type.SortedSets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a sorted set's ends cost does not grow with what was taken from there: nothing that was deleted is stepped over. */
class QueueStepsTest {
  private static final byte[] KEY = {'q'};
  private static final int MOST_STEPS = 1_000;
  /** Now and then blocks of the index are joined, which need not be so among the first ones. */
  private static final int JOIN_STEPS = 5;
  private static final ScoreChange SET = new ScoreChange(Presence.ANY, Growth.ANY, Form.SET);

  @TempDir Path directory;
  private StoreBench bench;

  @BeforeEach
  void open() {
    bench = new StoreBench(directory);
  }

  @AfterEach
  void close() {
    bench.close();
  }

  @Test
  void theThousandthPopOfAShortQueueCostsWhatTheFirstDid() throws LogException {
    add(0, 10);
    int[] steps = new int[1_000];
    for (int i = 0; i < steps.length; i++) {
      add(10 + i, 1);
      steps[i] = stepsOf(pop(Direction.UP));
      flushNowAndThen(i);
    }
    // The first one looks at both ends. Before the last ones many lie in the write tier that were deleted.
    assertThat(most(steps, 900, 1_000)).isLessThanOrEqualTo(steps[0]).isEqualTo(steps[1]);
  }

  @Test
  void theTwoThousandthPopOfALargeSetCostsWhatTheFirstDid() throws LogException {
    for (Direction direction : Direction.values()) {
      bench.run(1, 7, keys -> keys.delete(KEY));
      add(0, 3_000);
      int[] steps = steps(2_000, _ -> pop(direction));
      assertThat(most(steps, 1_900, 2_000)).as(direction.toString())
          .isLessThanOrEqualTo(most(steps, 0, 100) + JOIN_STEPS);
    }
  }

  @Test
  void theSameHoldsForThoseWhoLookFirstAndThenRemove() throws LogException {
    add(0, 3_000);
    int[] steps = steps(2_000, i -> keys -> {
      look(keys);
      SortedSets.remove(keys, KEY, List.of(member(i)));
    });
    assertThat(most(steps, 1_900, 2_000)).isLessThanOrEqualTo(most(steps, 0, 100) + JOIN_STEPS);
  }

  @Test
  void andForPopsOfMany() throws LogException {
    add(0, 6_000);
    int[] steps = steps(200, _ -> keys -> SortedSets.pop(keys, KEY, Direction.UP, 25, (member, score) -> {}));
    assertThat(most(steps, 190, 200)).isLessThanOrEqualTo(most(steps, 0, 10));
  }

  private static Consumer<KeySpace> pop(Direction direction) {
    return keys -> SortedSets.pop(keys, KEY, direction, 1, (member, score) -> {});
  }

  private static void look(KeySpace keys) {
    ByScore due = new ByScore(new ScoreBound(Double.NEGATIVE_INFINITY, false), new ScoreBound(1e9, false));
    read(SortedSets.range(keys, KEY, due, Direction.UP, new Slice(0, 1)));
    read(SortedSets.range(keys, KEY, new ByRank(0, 3), Direction.UP, Slice.WHOLE));
    SortedSets.count(keys, KEY, new ByScore(new ScoreBound(0, false), new ScoreBound(10, false)));
  }

  private static void read(@Nullable ElementRun run) {
    Objects.requireNonNull(run).each((name, value) -> {});
  }

  private void add(int from, int count) throws LogException {
    for (int i = from; i < from + count; i += 250) {
      List<ScoredMember> members = IntStream.range(i, Math.min(i + 250, from + count))
          .mapToObj(each -> new ScoredMember(member(each), each)).toList();
      bench.run(1, 7, keys -> SortedSets.change(keys, KEY, SET, members));
      if (count > 1) {
        bench.store().flush();
      }
    }
  }

  private static byte[] member(int number) {
    return StoreBench.bytes("member" + number);
  }

  /** Of the first twentieth and of the last. */
  private int[] steps(int count, IntFunction<Consumer<KeySpace>> commands) throws LogException {
    int[] steps = new int[count];
    for (int i = 0; i < count; i++) {
      boolean compared = i < count / 20 || i >= count / 20 * 19;
      if (compared) {
        steps[i] = stepsOf(commands.apply(i));
      } else {
        bench.run(1, 7, commands.apply(i));
      }
      flushNowAndThen(i);
    }
    return steps;
  }

  private void flushNowAndThen(int step) {
    if (step % 300 == 299) {
      bench.store().flush();
    }
  }

  /** Runs a command with ever larger bounds, until one is enough. */
  private int stepsOf(Consumer<KeySpace> command) throws LogException {
    int[] stripes = {bench.store().locks().stripe(1, 7)};
    bench.store().locks().lock(stripes);
    try {
      Batch batch = bench.store().batch();
      for (int bound = 1; bound < MOST_STEPS; bound++) {
        if (fits(batch, command, bound)) {
          batch.commit();
          return bound;
        }
      }
      throw new AssertionError("it takes more than " + MOST_STEPS + " steps");
    } finally {
      bench.store().locks().unlock(stripes);
    }
  }

  private static boolean fits(Batch batch, Consumer<KeySpace> command, int bound) {
    KeySpace keys = batch.begin(1, 7, 1);
    batch.bound(bound);
    try {
      command.accept(keys);
      batch.end();
      return true;
    } catch (TooMuchWorkException e) {
      batch.drop();
      return false;
    }
  }

  private static int most(int[] steps, int from, int to) {
    return Arrays.stream(steps, from, to).max().orElseThrow();
  }
}
