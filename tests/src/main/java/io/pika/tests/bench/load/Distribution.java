package io.pika.tests.bench.load;

/** How often each key is drawn. */
public enum Distribution {
  UNIFORM,
  /** Some keys far more than others: Zipf's distribution with 0.99. Where the popular ones lie has no order. */
  ZIPF;

  private static final double THETA = 0.99;
  /** Powers are dear: so many draws of Zipf are made ahead, and repeated. */
  private static final int AHEAD = 1 << 20;

  /** Draws keys below that bound, members below the other one. */
  public Draw draw(int keys, int members, long seed) {
    return switch (this) {
      case UNIFORM -> new UniformDraw(keys, members, seed);
      case ZIPF -> new PopularDraw(numbers(keys, AHEAD, seed), members, seed);
    };
  }

  /** So many numbers of keys. */
  public int[] numbers(int keys, int count, long seed) {
    Chance chance = new Chance(seed);
    int[] numbers = new int[count];
    Zipf zipf = this == ZIPF ? new Zipf(keys, THETA) : null;
    for (int i = 0; i < count; i++) {
      numbers[i] = zipf == null ? chance.below(keys) : scatter(zipf.rank(chance.fraction()), keys);
    }
    return numbers;
  }

  private static int scatter(int rank, int keys) {
    return (int) Long.remainderUnsigned(Chance.mix(rank + 1L), keys);
  }

  private static final class UniformDraw implements Draw {
    private final Chance chance;
    private final int keys;
    private final int members;

    private UniformDraw(int keys, int members, long seed) {
      chance = new Chance(seed);
      this.keys = keys;
      this.members = members;
    }

    @Override
    public int key() {
      return chance.below(keys);
    }

    @Override
    public int member() {
      return chance.below(members);
    }

    @Override
    public int any() {
      return chance.below(Template.NUMBERS);
    }
  }

  private static final class PopularDraw implements Draw {
    private final Chance chance;
    private final int[] keys;
    private final int members;
    private int at;

    private PopularDraw(int[] keys, int members, long seed) {
      chance = new Chance(seed);
      this.keys = keys;
      this.members = members;
    }

    @Override
    public int key() {
      at = at + 1 == keys.length ? 0 : at + 1;
      return keys[at];
    }

    @Override
    public int member() {
      return chance.below(members);
    }

    @Override
    public int any() {
      return chance.below(Template.NUMBERS);
    }
  }
}
