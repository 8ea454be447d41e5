package io.pika.cli.source;

import io.pika.cli.redis.RedisConnection;
import io.pika.cli.transfer.DryRun;
import io.pika.cli.transfer.Existing;
import io.pika.cli.transfer.Fingerprint;
import io.pika.cli.transfer.KeyFeed;
import io.pika.cli.transfer.KeyTaker;
import io.pika.cli.transfer.Lanes;
import io.pika.cli.transfer.Meter;
import io.pika.cli.transfer.Place;
import io.pika.cli.transfer.Samples;
import io.pika.cli.transfer.StateFile;
import io.pika.cli.transfer.StateFile.State;
import io.pika.cli.transfer.StateKeeper;
import io.pika.cli.transfer.Tally;
import io.pika.cli.transfer.Verifier;
import io.pika.proxy.rdb.RdbFile;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Imports an RDB file, or one that comes by the standard input. */
public final class FileImport {
  public static final String STANDARD_INPUT = "-";
  private static final Duration REPLY = Duration.ofSeconds(30);
  /** What a string may take of the heap: it is there as it was read, and perhaps once more as it was packed. */
  private static final int HEAP_SHARE = 4;

  private final ImportOptions options;
  private final Tally tally;
  private final Meter meter;
  private final Samples samples;

  public FileImport(ImportOptions options, Tally tally, Meter meter) {
    this.options = options;
    this.tally = tally;
    this.meter = meter;
    this.samples = new Samples(options.sampleKeys(), options.sampleShare(), new Random());
  }

  /** @param input the standard input */
  public ImportResult run(InputStream input) throws IOException, ImportTrouble {
    if (options.source().equals(STANDARD_INPUT)) {
      return fromStart(input);
    }
    Path file = Path.of(options.source());
    if (!Files.isRegularFile(file)) {
      throw new ImportTrouble("there is no file " + file);
    }
    meter.totalBytes(Files.size(file));
    if (options.dryRun()) {
      try (InputStream in = Files.newInputStream(file)) {
        return fromStart(in);
      }
    }
    return resumable(file);
  }

  /** Nothing is written down: who reads from a pipe begins at its start. */
  private ImportResult fromStart(InputStream in) throws IOException, ImportTrouble {
    if (options.dryRun()) {
      read(in, RdbFile.Position.START, new DryRun(tally));
      return new ImportResult(tally, 0, List.of(), "");
    }
    Existing existing = existing(false);
    try (Lanes lanes = new Lanes(options.lanes(), options.table(), tally)) {
      read(in, RdbFile.Position.START, new KeyFeed(lanes, options.table(), tally, existing));
    }
    return verified("");
  }

  private ImportResult resumable(Path file) throws IOException, ImportTrouble {
    StateFile stateFile = new StateFile(statePath());
    String identity = file.toAbsolutePath().normalize() + ", " + Files.size(file) + " bytes, of "
        + Files.getLastModifiedTime(file);
    State state = begun(stateFile, identity);
    RdbFile.Position from = state.place() instanceof Place.InRdb(RdbFile.Position at)
        ? at
        : RdbFile.Position.START;
    Existing existing = existing(state.place() != null);
    try (InputStream in = Files.newInputStream(file);
        Lanes lanes = new Lanes(options.lanes(), options.table(), tally);
        StateKeeper _ = new StateKeeper(stateFile, state, lanes::reached)) {
      in.skipNBytes(from.offset());
      read(in, from, new KeyFeed(lanes, options.table(), tally, existing));
    }
    ImportResult result = verified(from.offset() == 0 ? "" : "byte " + from.offset());
    stateFile.delete();
    return result;
  }

  private void read(InputStream in, RdbFile.Position from, KeyTaker taker)
      throws IOException {
    new RdbSource(options.choice(), taker, samples, tally, meter)
        .read(new RdbFile(in, from, Runtime.getRuntime().maxMemory() / HEAP_SHARE));
  }

  private ImportResult verified(String from) throws IOException {
    List<Samples.Sample> drawn = samples.all();
    return new ImportResult(tally, drawn.size(),
        options.existing().equals(Optional.of(Existing.SKIP))
            ? List.of()
            : Verifier.compare(options.table(), drawn),
        from);
  }

  private Path statePath() {
    Path chosen = options.state();
    return chosen != null
        ? chosen
        : Path.of("pika-import-"
            + Fingerprint.of((options.source() + " " + options.table()).getBytes(StandardCharsets.UTF_8))
            + ".state");
  }

  /** The state of an import that was begun, or of a new one. */
  private State begun(StateFile file, String identity) throws IOException, ImportTrouble {
    Optional<State> found = file.load();
    if (found.isEmpty()) {
      return new State(identity, options.table().toString(), Long.toHexString(System.nanoTime()), null);
    }
    State state = found.get();
    if (!state.source().equals(identity) || !state.table().equals(options.table().toString())) {
      throw new ImportTrouble(file.path() + " is the state of an import of " + state.source() + " into "
          + state.table() + "; delete it, or name another file with --state");
    }
    return state;
  }

  private Existing existing(boolean resumed) throws IOException, ImportTrouble {
    if (options.existing().isPresent()) {
      return options.existing().get();
    }
    try (RedisConnection connection = RedisConnection.open(options.table(), REPLY)) {
      long keys = connection.demand("DBSIZE").number();
      if (keys > 0 && !resumed) {
        throw new ImportTrouble(
            "the table has " + keys + " keys already; say what becomes of those that are in the"
                + " source too: --replace or --skip-existing");
      }
      return Existing.REPLACE;
    }
  }
}
