package io.pika.cli.source;

import io.pika.cli.redis.RedisAddress;
import io.pika.cli.redis.RedisConnection;
import io.pika.cli.transfer.CommandTaker;
import io.pika.cli.transfer.Meter;
import io.pika.cli.transfer.Place;
import io.pika.cli.transfer.Samples;
import io.pika.cli.transfer.Tally;
import io.pika.proxy.protocol.Request;
import io.pika.proxy.rdb.RdbFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Imports a server that runs as its replica: its RDB file first, then the commands that came meanwhile and come from then
 * on. Both are kept on disk until the table has them, so the source is done with its file soon, and a killed importer goes
 * on.
 */
public final class ReplicaImport {
  private static final int HEAP_SHARE = 4;
  private static final Duration REPLY = Duration.ofSeconds(30);
  private static final long WAIT_MS = 100;
  private static final int ROUNDS = 10;
  private static final Pattern OFFSET = Pattern.compile("(?m)^master_repl_offset:(\\d+)");

  private final ImportOptions options;
  private final RedisAddress source;
  private final Following following;
  private final BooleanSupplier stopped;
  private final ImportRun run;

  /** @param stopped somebody has said stop */
  public ReplicaImport(ImportOptions options, RedisAddress source, Following following, Tally tally,
      Meter meter,
      BooleanSupplier stopped) {
    this.options = options;
    this.source = source;
    this.following = following;
    this.stopped = stopped;
    this.run = new ImportRun(options, tally, meter);
  }

  public ImportResult run() throws IOException, ImportTrouble {
    try (run) {
      run.begin("replica of " + source + ", " + options.choice().database());
      Path directory = run.statePath().resolveSibling(run.statePath().getFileName() + ".spool");
      Path identityFile = directory.resolve("source");
      if (!Files.exists(identityFile)) {
        try (ReplicaLink link = ReplicaLink.full(source)) {
          delete(directory);
          Files.createDirectories(directory);
          link.saveRdb(directory.resolve("dump.rdb"), run.meter()::totalBytes, run.meter()::bytes);
          new ReplicaIdentity(link.id(), link.offset()).save(identityFile);
          return imported(directory, link);
        }
      }
      return imported(directory, null);
    }
  }

  /** @param open a connection that stands at the end of the spool; null: there is none yet */
  private ImportResult imported(Path directory, @Nullable ReplicaLink open)
      throws IOException, ImportTrouble {
    Place start = run.start();
    ReplicaIdentity identity = ReplicaIdentity.load(directory.resolve("source"));
    if (following == Following.SNAPSHOT || options.dryRun()) {
      readRdb(directory, start);
    } else {
      try (Spool spool = Spool.open(directory, identity.start());
          ReplicaLink link = open == null ? resumed(identity, spool) : open;
          Receiver receiver = new Receiver(source, link, directory.resolve("source"), spool,
              () -> doneOffset(identity))) {
        if (!(start instanceof Place.InLog)) {
          readRdb(directory, start);
        }
        Place.InLog from = start instanceof Place.InLog log ? log : new Place.InLog(identity.start(), 0);
        new Follower(spool, receiver, from).run();
      }
    }
    ImportResult result = run.end(start == null ? "" : "where an earlier run had come to");
    delete(directory);
    return result;
  }

  private ReplicaLink resumed(ReplicaIdentity identity, Spool spool) throws IOException, ImportTrouble {
    ReplicaLink link = ReplicaLink.from(source, identity.id(), spool.end());
    if (link.isFull()) {
      link.close();
      throw new ImportTrouble(
          "the source has not kept what came since the importer was here, so it must begin again:"
              + " delete " + run.statePath()
              + " and its .spool, and the table's keys (FLUSHDB); a larger repl-backlog-size"
              + " at the source lets it keep more");
    }
    link.identity(identity.start()).save(spool.directory().resolve("source"));
    return link;
  }

  private void readRdb(Path directory, @Nullable Place start) throws IOException {
    RdbFile.Position from = start instanceof Place.InRdb(RdbFile.Position at) ? at : RdbFile.Position.START;
    Path file = directory.resolve("dump.rdb");
    run.meter().totalBytes(Files.size(file));
    try (InputStream in = Files.newInputStream(file)) {
      in.skipNBytes(from.offset());
      new RdbSource(options.choice(), run.keys(), run.samples(), run.tally(), run.meter())
          .read(new RdbFile(in, from, Runtime.getRuntime().maxMemory() / HEAP_SHARE));
    }
    run.compare();
  }

  private long doneOffset(ReplicaIdentity identity) {
    return run.reached() instanceof Place.InLog(long offset, long _) ? offset : identity.start();
  }

  /** Does what comes into the spool. */
  private final class Follower {
    private final Spool spool;
    private final Receiver receiver;
    private final Spool.Reader in;
    private final LogReader reader;
    private final LogSource log;
    private final CommandTaker taker;
    private long sourceOffset;

    Follower(Spool spool, Receiver receiver, Place.InLog from) {
      this.spool = spool;
      this.receiver = receiver;
      this.in = spool.from(from.offset());
      this.reader = new LogReader(in, from.offset());
      this.taker = run.commands();
      this.log = new LogSource(options.choice(), taker, run.samples(), from);
      this.sourceOffset = from.offset();
    }

    /** Until it has caught up or was stopped; then keys of both sides are compared, as often as the source changes them. */
    void run() throws IOException {
      try (in; RedisConnection questions = RedisConnection.open(address(), REPLY)) {
        follow(questions);
        List<Samples.Sample> different = run.compareLive(questions, ReplicaImport.this.options.choice());
        for (int round = 0; round < ROUNDS && !different.isEmpty(); round++) {
          follow(questions);
          different = run.compareAgain(questions, different);
        }
        run.differ(different);
      }
    }

    private RedisAddress address() {
      return source.withDatabase(
          options.choice().database().isPresent()
              ? Long.toString(options.choice().database().getAsLong())
              : null);
    }

    private void follow(RedisConnection questions) throws IOException {
      while (true) {
        receiver.check();
        Request request = reader.taken();
        if (request != null) {
          log.take(request, reader.offset());
          run.meter().lagBytes(Math.max(0, Math.max(sourceOffset, spool.end()) - reader.offset()));
        } else if (!reader.read()) {
          taker.rest(log.safe());
          if (run.reached() instanceof Place.InLog(long offset, long _)) {
            spool.discard(offset);
          }
          if (isOver(questions)) {
            taker.end(log.safe());
            return;
          }
          waitForMore();
        }
      }
    }

    private boolean isOver(RedisConnection questions) throws IOException {
      Matcher told = OFFSET.matcher(questions.demand("INFO", "replication").text());
      sourceOffset = told.find() ? Long.parseLong(told.group(1)) : spool.end();
      run.meter().lagBytes(Math.max(0, sourceOffset - reader.offset()));
      boolean caughtUp = sourceOffset <= in.at() && !log.isInTransaction();
      return stopped.getAsBoolean() || caughtUp && following == Following.UNTIL_CAUGHT_UP;
    }

    private void waitForMore() throws InterruptedIOException {
      try {
        spool.await(in.at(), WAIT_MS);
      } catch (InterruptedException stop) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted");
      }
    }
  }

  private static void delete(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      return;
    }
    try (Stream<Path> files = Files.list(directory)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(directory);
  }
}
