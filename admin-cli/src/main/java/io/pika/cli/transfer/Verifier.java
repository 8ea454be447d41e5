package io.pika.cli.transfer;

import io.pika.cli.redis.RedisAddress;
import io.pika.cli.redis.RedisConnection;
import io.pika.cli.redis.RedisReply;
import io.pika.cli.transfer.Samples.Sample;
import io.pika.proxy.rdb.RdbType.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Compares drawn keys with what the table has. */
public final class Verifier {
  private static final Duration REPLY = Duration.ofSeconds(60);
  private static final byte[] EXPIRES = "PEXPIRETIME".getBytes(StandardCharsets.US_ASCII);
  private static final long STAYS = -1;

  private Verifier() {}

  /** A key that differs, and how. */
  public record Difference(Sample sample, String how) {
    public Tally.Failure told() {
      return new Tally.Failure(Tally.shown(sample.key()), how);
    }
  }

  /** The keys that differ. */
  public static List<Difference> compare(RedisAddress table, List<Sample> samples) throws IOException {
    List<Difference> different = new ArrayList<>();
    try (RedisConnection connection = RedisConnection.open(table, REPLY)) {
      LiveKeys keys = new LiveKeys(connection);
      for (Sample sample : samples) {
        String difference = difference(connection, keys, sample);
        if (difference != null) {
          different.add(new Difference(sample, difference));
        }
      }
    }
    return different;
  }

  private static @Nullable String difference(RedisConnection connection, LiveKeys keys, Sample sample)
      throws IOException {
    RedisReply expires = connection.call(EXPIRES, sample.key());
    Kind kind = keys.kind(sample.key());
    long expireAtMs = sample.expireAtMs();
    if (expireAtMs > 0 && expireAtMs <= System.currentTimeMillis()) {
      return kind == null ? null : "it has expired in the source and is in the table";
    }
    if (kind != sample.kind()) {
      return "it is a " + name(sample.kind()) + " in the source and "
          + (kind == null ? "not in the table" : "a " + name(kind) + " in the table");
    }
    if (expireAtMs != Sample.UNKNOWN && expires.number() != (expireAtMs == 0 ? STAYS : expireAtMs)) {
      return "it expires at " + expireAtMs + " in the source and at " + expires.number() + " in the table";
    }
    ValueDigest digest = new ValueDigest();
    keys.read(sample.key(), kind, digest);
    if (digest.elements() != sample.elements()) {
      return name(kind) + " of " + sample.elements() + " in the source and of " + digest.elements()
          + " in the table";
    }
    return digest.sum() == sample.sum() ? null : name(kind) + " of the same size with another content";
  }

  private static String name(Kind kind) {
    return kind.name().toLowerCase(Locale.ROOT);
  }
}
