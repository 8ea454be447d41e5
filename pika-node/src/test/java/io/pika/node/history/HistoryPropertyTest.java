package io.pika.node.history;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** Replicas that lead in turn, and follow as far as they please, against lists of all their records. */
class HistoryPropertyTest {
  private static final int SEEDS = 3_000;
  private static final int REPLICAS = 4;

  /** @param id no other record has it */
  private record Made(long epoch, long id) {}

  private static final class Replica {
    final List<Made> records = new ArrayList<>();
    History history = History.NONE;
    long digest = Digest.NONE;

    void add(Made made) {
      records.add(made);
      history = history.with(made.epoch, records.size());
      digest = Digest.after(digest, Long.hashCode(made.id * 0x9E3779B97F4A7C15L));
    }

    void copy(Replica other) {
      records.clear();
      records.addAll(other.records);
      history = other.history;
      digest = other.digest;
    }

    long common(Replica other) {
      return history.common(records.size(), other.history, other.records.size());
    }

    long reallyCommon(Replica other) {
      int at = 0;
      while (at < Math.min(records.size(), other.records.size())
          && records.get(at).equals(other.records.get(at))) {
        at++;
      }
      return at;
    }
  }

  /** Any replica may lead the next epoch: what others have beyond it diverges. Those that follow it go on from what is common. */
  private static void lead(List<Replica> replicas, long epoch, SplittableRandom random) {
    Replica leader = replicas.get(random.nextInt(REPLICAS));
    int before = leader.records.size();
    for (int i = random.nextInt(4); i > 0; i--) {
      leader.add(new Made(epoch, random.nextLong()));
    }
    for (Replica follower : replicas) {
      if (follower != leader && random.nextBoolean()) {
        if (follower.common(leader) < follower.records.size()) {
          follower.copy(leader);
        }
        int upTo = random.nextInt(Math.max(before, follower.records.size()), leader.records.size() + 1);
        while (follower.records.size() < upTo) {
          follower.add(leader.records.get(follower.records.size()));
        }
      }
    }
  }

  @Test
  void whatIsCommonIsFoundFromHistoriesAlone() {
    for (long seed = 1; seed <= SEEDS; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      List<Replica> replicas = new ArrayList<>();
      for (int i = 0; i < REPLICAS; i++) {
        replicas.add(new Replica());
      }
      for (long epoch = 1; epoch < 20; epoch++) {
        lead(replicas, epoch, random);
        for (Replica one : replicas) {
          for (Replica other : replicas) {
            assertThat(one.common(other)).as("seed %d epoch %d", seed, epoch)
                .isEqualTo(one.reallyCommon(other));
            assertThat(one.digest == other.digest).as("seed %d epoch %d", seed, epoch)
                .isEqualTo(one.records.equals(other.records));
          }
        }
      }
    }
  }

  @Test
  void oldEpochsAreForgottenAndTheNewestStillCompared() {
    History mine = History.NONE;
    History others = History.NONE;
    for (int epoch = 1; epoch <= 3 * History.MOST; epoch++) {
      mine = mine.with(epoch, epoch * 10L);
      others = epoch <= 2 * History.MOST + 1 ? others.with(epoch, epoch * 10L) : others;
    }
    long common = (2 * History.MOST + 1) * 10L;
    assertThat(mine.common(9_999, others, common + 3)).isEqualTo(common + 3);
    assertThat(mine.common(9_999, others, common + 30)).isEqualTo(common + 9);
    assertThat(mine.common(9_999, History.since(new Position(5, 50)), 50)).isZero();
    assertThat(mine.bytes()).isEqualTo(1 + 16 * History.MOST);
  }

  @Test
  void bytesAreReadAsTheyWereWritten() {
    History history = History.NONE.with(1, 1).with(4, 90).with(7, 91);
    ByteBuffer bytes = ByteBuffer.allocate(history.bytes());
    history.write(bytes);
    assertThat(bytes.hasRemaining()).isFalse();
    assertThat(History.read(bytes.flip())).isEqualTo(history);
  }
}
