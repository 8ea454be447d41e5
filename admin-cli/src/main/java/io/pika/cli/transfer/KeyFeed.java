package io.pika.cli.transfer;

import io.pika.cli.redis.RedisAddress;
import io.pika.cli.redis.RedisConnection;
import io.pika.cli.redis.RedisReply;
import io.pika.cli.transfer.Step.Role;
import io.pika.proxy.rdb.RdbType.Kind;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Writes keys to the table: small ones many to a batch, large ones piece by piece under a name of our own in the same
 * slot, which becomes the key's name at the end. So nobody sees half a key, and a key that was begun can be begun again.
 * For one thread.
 */
public final class KeyFeed implements KeyTaker {
  /** A value that is longer goes in pieces. */
  public static final int WHOLE_BYTES = 128 << 10;
  private static final int BATCH_BYTES = 128 << 10;
  private static final int BATCH_STEPS = 256;
  /** Of a step, beside its words. */
  private static final int STEP_BYTES = 64;
  private static final Duration REPLY = Duration.ofSeconds(30);
  private static final String OWN_NAMES = "pika:import:";

  private final Lanes lanes;
  private final RedisAddress table;
  private final Tally tally;
  private final Existing existing;
  private List<Step> open = new ArrayList<>();
  private long openBytes;

  public KeyFeed(Lanes lanes, RedisAddress table, Tally tally, Existing existing) {
    this.lanes = lanes;
    this.table = table;
    this.tally = tally;
    this.existing = existing;
  }

  @Override
  public ValueTaker key(byte[] name, Kind kind, long expireAtMs) {
    return new ValueWriter(this, name, kind, expireAtMs);
  }

  @Override
  public void library(byte[] code) throws IOException {
    try (RedisConnection connection = RedisConnection.open(table, REPLY)) {
      RedisReply reply = connection.call(ascii("FUNCTION"), ascii("LOAD"), ascii("REPLACE"), code);
      if (reply.isError()) {
        tally.refused("FUNCTION LOAD", reply.text());
      } else {
        tally.note("library of functions " + reply.text() + " was loaded");
      }
    }
  }

  void string(byte[] name, byte[] value, long expireAtMs) throws IOException {
    List<byte[]> words = new ArrayList<>(List.of(ascii("SET"), name, value));
    if (expireAtMs != 0) {
      words.add(ascii("PXAT"));
      words.add(ascii(Long.toString(Math.max(1, expireAtMs))));
    }
    if (existing == Existing.SKIP) {
      words.add(ascii("NX"));
    }
    whole(new TargetKey(name, name, Kind.STRING, expireAtMs), words, name.length + value.length);
  }

  /** @param payload as DUMP gives it */
  void dumped(byte[] name, Kind kind, byte[] payload, long expireAtMs) throws IOException {
    List<byte[]> words = new ArrayList<>(List.of(ascii("RESTORE"), name,
        ascii(Long.toString(Math.max(0, expireAtMs))), payload, ascii("ABSTTL")));
    if (existing == Existing.REPLACE) {
      words.add(ascii("REPLACE"));
    }
    whole(new TargetKey(name, name, kind, expireAtMs), words, name.length + payload.length);
  }

  /** A key whose value comes piece by piece. */
  Pieces pieces(byte[] name, Kind kind, long expireAtMs) throws IOException {
    flush(null);
    byte[] own = SlotTags.beside(name, OWN_NAMES, Fingerprint.of(name));
    return new Pieces(new TargetKey(name, own, kind, expireAtMs), lanes.nextLane());
  }

  @Override
  public void reached(Place place) throws IOException {
    if (openBytes >= BATCH_BYTES || open.size() >= BATCH_STEPS) {
      flush(place);
    }
  }

  @Override
  public void end(Place place) throws IOException {
    flush(place);
    lanes.drain();
  }

  private void whole(TargetKey key, List<byte[]> words, long bytes) {
    open.add(Step.of(key, Role.WHOLE, words.toArray(byte[][]::new)));
    openBytes += bytes + STEP_BYTES;
  }

  private void flush(@Nullable Place after) throws IOException {
    if (open.isEmpty() && after == null) {
      return;
    }
    lanes.put(lanes.nextLane(), new Batch(open, after));
    open = new ArrayList<>();
    openBytes = 0;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** A key that is written piece by piece; each piece is on its own, so that one can tell what of it is there. */
  final class Pieces {
    private final TargetKey key;
    private final int lane;
    private long items;

    private Pieces(TargetKey key, int lane) throws IOException {
      this.key = key;
      this.lane = lane;
      step(Role.PIECE, List.<byte[][]>of(new byte[][]{ascii("UNLINK"), key.writtenTo()}));
    }

    /** What commands call the key for now. */
    byte[] name() {
      return key.writtenTo();
    }

    /** Commands that may be done twice. */
    void piece(List<byte[][]> commands) throws IOException {
      step(Role.PIECE, commands);
    }

    /** Items for the list's end. */
    void items(byte[][] push) throws IOException {
      lanes.put(lane,
          new Batch(List.of(new Step(key, Role.LIST_PIECE, List.<byte[][]>of(push), items)), null));
      items += push.length - 2;
    }

    /** The value is complete. */
    void end() throws IOException {
      if (key.expireAtMs() != 0) {
        step(Role.PIECE, List.<byte[][]>of(new byte[][]{ascii("PEXPIREAT"), key.writtenTo(),
            ascii(Long.toString(Math.max(1, key.expireAtMs())))}));
      }
      String rename = existing == Existing.SKIP ? "RENAMENX" : "RENAME";
      step(Role.LAST, List.<byte[][]>of(new byte[][]{ascii(rename), key.writtenTo(), key.name()}));
    }

    private void step(Role role, List<byte[][]> commands) throws IOException {
      lanes.put(lane, new Batch(List.of(new Step(key, role, commands, 0)), null));
    }
  }
}
