package io.pika.cli.source;

import io.pika.cli.redis.RedisConnection;
import io.pika.cli.redis.RedisReply;
import io.pika.cli.transfer.Choice;
import io.pika.cli.transfer.LiveKeys;
import io.pika.cli.transfer.Samples.Sample;
import io.pika.cli.transfer.ValueDigest;
import io.pika.core.bytes.Bytes;
import io.pika.proxy.rdb.RdbType.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Keys of a source that runs, as they are now. */
final class LiveSamples {
  private LiveSamples() {}

  /** Keys drawn at random; fewer where there are few. */
  static List<Sample> draw(RedisConnection source, int count, Choice choice) throws IOException {
    Map<Bytes, Sample> drawn = new LinkedHashMap<>();
    for (int i = 0; i < count; i++) {
      RedisReply key = source.demand("RANDOMKEY");
      if (key instanceof RedisReply.Nil) {
        break;
      }
      if (choice.takesKey(key.bytes()) && !drawn.containsKey(Bytes.of(key.bytes()))) {
        Sample sample = now(source, key.bytes());
        if (sample != null) {
          drawn.put(Bytes.of(key.bytes()), sample);
        }
      }
    }
    return new ArrayList<>(drawn.values());
  }

  /** The same keys, as they are now; without those that have gone. */
  static List<Sample> again(RedisConnection source, List<Sample> samples) throws IOException {
    List<Sample> now = new ArrayList<>();
    for (Sample each : samples) {
      Sample sample = now(source, each.key());
      if (sample != null) {
        now.add(sample);
      }
    }
    return now;
  }

  private static @Nullable Sample now(RedisConnection source, byte[] key) throws IOException {
    LiveKeys keys = new LiveKeys(source);
    Kind kind = keys.kind(key);
    if (kind == null) {
      return null;
    }
    ValueDigest digest = new ValueDigest();
    keys.read(key, kind, digest);
    RedisReply expires = source.call("PEXPIRETIME".getBytes(StandardCharsets.US_ASCII), key);
    // Before Redis 7.0 nobody can tell exactly.
    long expireAtMs = expires.isError() ? Sample.UNKNOWN : Math.max(0, expires.number());
    return new Sample(key, kind, digest.elements(), digest.sum(), expireAtMs);
  }
}
