package io.pika.cli.transfer;

import io.pika.core.bytes.Bytes;
import io.pika.proxy.rdb.RdbType.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;

/**
 * Keys drawn while a source is read, each with the same chance, and what their values were: a reservoir (Vitter's
 * algorithm R) of a given size, or a share of all. For one thread.
 */
public final class Samples {
  /** @param expireAtMs Unix time in milliseconds; 0: it stays */
  public record Sample(byte[] key, Kind kind, long elements, long sum, long expireAtMs) {
    /** An {@link #expireAtMs} that cannot be told. */
    public static final long UNKNOWN = -1;
  }

  private final int size;
  private final double share;
  private final RandomGenerator random;
  private final List<Bytes> names = new ArrayList<>();
  private final Map<Bytes, Sample> samples = new HashMap<>();
  private long offered;

  /** @param size how many; 0: a share of all @param share 0 to 1 */
  public Samples(int size, double share, RandomGenerator random) {
    this.size = size;
    this.share = share;
    this.random = random;
  }

  /** Whether the next key becomes a sample, and of which number. Negative: it does not. */
  private int draw() {
    if (size == 0) {
      return random.nextDouble() < share ? names.size() : -1;
    }
    long place = offered < size ? offered : random.nextLong(offered + 1);
    offered++;
    return place < size ? (int) Math.min(place, names.size()) : -1;
  }

  private void put(int number, Sample sample) {
    Bytes name = Bytes.of(sample.key);
    if (number < names.size()) {
      samples.remove(names.set(number, name));
    } else {
      names.add(name);
    }
    samples.put(name, sample);
  }

  /** It has changed since, or is not what it was. */
  public void forget(byte[] key) {
    samples.remove(Bytes.of(key));
  }

  public List<Sample> all() {
    return List.copyOf(samples.values());
  }

  /** Whether a taker notices what it takes. */
  public boolean watches(ValueTaker taker) {
    return taker instanceof BothTakers;
  }

  /** The value's taker, which notices what it takes where the key is drawn. */
  public ValueTaker watch(ValueTaker taker, byte[] key, Kind kind, long expireAtMs) {
    int number = draw();
    return number < 0
        ? taker
        : new BothTakers(taker, new ValueDigest(), digest -> put(number,
            new Sample(key, kind, digest.elements(), digest.sum(), expireAtMs)));
  }
}
