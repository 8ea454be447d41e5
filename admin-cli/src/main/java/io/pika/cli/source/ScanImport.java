package io.pika.cli.source;

import io.pika.cli.redis.RedisAddress;
import io.pika.cli.redis.RedisConnection;
import io.pika.cli.redis.RedisReply;
import io.pika.cli.redis.RedisTrouble;
import io.pika.cli.transfer.KeyTaker;
import io.pika.cli.transfer.LiveKeys;
import io.pika.cli.transfer.Meter;
import io.pika.cli.transfer.Place;
import io.pika.cli.transfer.Tally;
import io.pika.cli.transfer.ValueTaker;
import io.pika.proxy.rdb.Payload;
import io.pika.proxy.rdb.RdbType.Kind;
import io.pika.proxy.rdb.RdbValue;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Imports a server that runs and takes no replicas, key by key: small ones by {@code DUMP}, others and those of servers
 * without it by commands that every Redis and Pika has, page by page. What is written there meanwhile may be missed. Codis
 * proxies know no {@code SCAN}; there each of 1,024 slots is scanned.
 */
public final class ScanImport {
  private static final Duration REPLY = Duration.ofSeconds(60);
  private static final byte[] PAGE = ascii("200");
  private static final int CODIS_SLOTS = 1024;
  /** Of what is longer nobody asks for the whole. */
  private static final long ELEMENTS_MAX = 512;
  private static final long STRING_MAX = 64 << 10;
  private static final int DUMP_MAX = 64 << 20;
  private static final double NANOS = 1e9;

  private final ImportOptions options;
  private final RedisAddress source;
  private final long keysPerSecond;
  private final ImportRun run;
  private boolean dumps = true;
  /** Whether the source tells at which instant a key ends, and not only how long it has left. */
  private boolean tellsInstants;
  private long taken;
  private long began;

  /** @param keysPerSecond no more than that; 0: as many as can be */
  public ScanImport(ImportOptions options, RedisAddress source, long keysPerSecond, Tally tally,
      Meter meter) {
    this.options = options;
    this.source = source;
    this.keysPerSecond = keysPerSecond;
    this.run = new ImportRun(options, tally, meter);
  }

  /** A key, and what it takes to decide how it is read. */
  private record Seen(byte[] name, Kind kind, long expireAtMs) {}

  public ImportResult run() throws IOException, ImportTrouble {
    if (options.choice().database().isEmpty()) {
      throw new ImportTrouble("a server that is scanned gives one database at a time: --db N");
    }
    try (run;
        RedisConnection connection = RedisConnection.open(
            source.withDatabase(options.choice().database().getAsLong() == 0
                ? null
                : Long.toString(options.choice().database().getAsLong())),
            REPLY)) {
      run.begin("scan of " + source + ", " + options.choice().database());
      Place.InScan place = run.start() instanceof Place.InScan found ? found : new Place.InScan(0, "0");
      boolean resumed = place.part() != 0 || !place.cursor().equals("0");
      began = System.nanoTime();
      KeyTaker taker = run.keys();
      boolean codis = connection.call("SCAN", "0", "COUNT", "1").isError();
      tellsInstants = !connection.call("PEXPIRETIME", "0").isError();
      do {
        List<RedisReply> page = page(connection, place, codis).items();
        copy(connection, page.get(1).items(), taker, place);
        String cursor = page.get(0).text();
        place = cursor.equals("0") && codis
            ? new Place.InScan(place.part() + 1, "0")
            : new Place.InScan(place.part(), cursor);
        taker.reached(place);
      } while (codis ? place.part() < CODIS_SLOTS : !place.cursor().equals("0"));
      taker.end(place);
      run.compare();
      return run.end(resumed ? "the middle of the scan" : "");
    }
  }

  private static RedisReply page(RedisConnection connection, Place.InScan place, boolean codis)
      throws IOException {
    RedisReply page = codis
        ? connection.call(ascii("SLOTSSCAN"), ascii(Long.toString(place.part())), ascii(place.cursor()),
            ascii("COUNT"), PAGE)
        : connection.call(ascii("SCAN"), ascii(place.cursor()), ascii("COUNT"), PAGE);
    if (page.isError()) {
      throw new RedisTrouble("the source can be neither replicated nor scanned: " + page.text());
    }
    return page;
  }

  private void copy(RedisConnection connection, List<RedisReply> names, KeyTaker taker, Place.InScan place)
      throws IOException {
    List<Seen> small = new ArrayList<>();
    List<Seen> large = new ArrayList<>();
    look(connection, names, small, large);
    List<Seen> paged = new ArrayList<>(large);
    if (dumps) {
      for (Seen key : small) {
        connection.send(ascii("DUMP"), key.name);
      }
      connection.flush();
      List<RedisReply> replies = new ArrayList<>();
      for (int i = 0; i < small.size(); i++) {
        replies.add(connection.read());
      }
      for (int i = 0; i < small.size(); i++) {
        if (!takeDump(small.get(i), replies.get(i), taker)) {
          paged.add(small.get(i));
        }
        taker.reached(place);
      }
    } else {
      paged.addAll(small);
    }
    LiveKeys keys = new LiveKeys(connection);
    for (Seen key : paged) {
      ValueTaker value = watched(key, taker);
      keys.read(key.name, key.kind, value);
      value.end(null);
      taker.reached(place);
    }
    slowDown(names.size());
  }

  /** Types, times and sizes, in two exchanges for all. */
  private void look(RedisConnection connection, List<RedisReply> names, List<Seen> small, List<Seen> large)
      throws IOException {
    List<byte[]> wanted = new ArrayList<>();
    for (RedisReply name : names) {
      if (options.choice().takesKey(name.bytes())) {
        wanted.add(name.bytes());
        connection.send(ascii("TYPE"), name.bytes());
        connection.send(ascii(tellsInstants ? "PEXPIRETIME" : "PTTL"), name.bytes());
      } else {
        run.tally().unmatched();
      }
    }
    connection.flush();
    List<Seen> seen = new ArrayList<>();
    for (byte[] name : wanted) {
      String type = connection.read().text().toUpperCase(Locale.ROOT);
      RedisReply expiry = connection.read();
      Kind kind = kind(type);
      if (kind != null) {
        seen.add(new Seen(name, kind, instantMs(expiry)));
      } else if (!type.equals("NONE")) {
        run.tally().refused("a key of type " + type.toLowerCase(Locale.ROOT), "there is no such type here");
      }
    }
    for (Seen key : seen) {
      connection.send(ascii(sizeCommand(key.kind)), key.name);
    }
    connection.flush();
    for (Seen key : seen) {
      RedisReply size = connection.read();
      boolean isSmall = !size.isError()
          && size.number() <= (key.kind == Kind.STRING ? STRING_MAX : ELEMENTS_MAX);
      (isSmall ? small : large).add(key);
    }
  }

  /** 0: never. */
  private long instantMs(RedisReply expiry) throws RedisTrouble {
    long told = expiry.isError() ? -1 : expiry.number();
    if (told < 0) {
      return 0;
    }
    return tellsInstants ? told : System.currentTimeMillis() + told;
  }

  /** False: it must be read in another way. */
  private boolean takeDump(Seen key, RedisReply reply, KeyTaker taker) throws IOException {
    if (reply instanceof RedisReply.Nil) {
      return true;
    }
    if (reply.isError()) {
      dumps = !reply.text().toLowerCase(Locale.ROOT).contains("unknown command") && dumps;
      return false;
    }
    byte[] dump = reply.bytes();
    if (!Payload.isIntact(dump)) {
      // Of a later version than is known here.
      return false;
    }
    ValueTaker value = watched(key, taker);
    if (run.samples().watches(value)) {
      var in = Payload.read(dump, DUMP_MAX);
      RdbValue.read(in.takeType(), in, value);
    }
    value.end(dump);
    return true;
  }

  private ValueTaker watched(Seen key, KeyTaker taker) {
    return run.samples().watch(taker.key(key.name, key.kind, key.expireAtMs), key.name, key.kind,
        key.expireAtMs);
  }

  private void slowDown(int keys) throws InterruptedIOException {
    taken += keys;
    if (keysPerSecond == 0) {
      return;
    }
    double dueSeconds = taken / (double) keysPerSecond;
    double seconds = (System.nanoTime() - began) / NANOS;
    try {
      if (dueSeconds > seconds) {
        Thread.sleep(Duration.ofNanos((long) ((dueSeconds - seconds) * NANOS)));
      }
    } catch (InterruptedException stop) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }

  private static String sizeCommand(Kind kind) {
    return switch (kind) {
      case STRING -> "STRLEN";
      case LIST -> "LLEN";
      case SET -> "SCARD";
      case HASH -> "HLEN";
      case ZSET -> "ZCARD";
      case STREAM -> "XLEN";
    };
  }

  private static @Nullable Kind kind(String type) {
    for (Kind kind : Kind.values()) {
      if (kind.name().equals(type)) {
        return kind;
      }
    }
    return null;
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
