package io.pika.tests.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

class ZipfTest {
  private static final int RANKS = 1000;
  private static final int DRAWS = 200_000;

  @Test
  void ranksAreDrawnAsOftenAsTheirShareSays() {
    Zipf zipf = new Zipf(RANKS, 0.99);
    Chance chance = new Chance(1);
    int[] drawn = new int[RANKS];
    for (int i = 0; i < DRAWS; i++) {
      drawn[zipf.rank(chance.fraction())]++;
    }
    for (int ranks : new int[]{1, 2, 10, 100, RANKS}) {
      double share = Arrays.stream(drawn, 0, ranks).sum() / (double) DRAWS;
      assertThat(share).as("the first %d", ranks).isCloseTo(zipf.share(ranks), within(0.02));
    }
  }

  @Test
  void everyChanceGivesARank() {
    for (int count : new int[]{1, 2, 3, RANKS}) {
      Zipf zipf = new Zipf(count, 0.99);
      assertThat(zipf.rank(0)).isZero();
      assertThat(zipf.rank(Math.nextDown(1.0))).isBetween(0, count - 1);
    }
  }

  @Test
  void popularKeysDoNotLieTogether() {
    int[] keys = Distribution.ZIPF.numbers(RANKS, 1000, 3);
    assertThat(Arrays.stream(keys).filter(key -> key < RANKS / 2).count()).isBetween(50L, 950L);
  }

  @Test
  void uniformKeysAreAllDrawn() {
    assertThat(Arrays.stream(Distribution.UNIFORM.numbers(100, 5000, 3)).distinct().count()).isEqualTo(100);
  }
}
