package io.pika.cli.source;

import io.pika.cli.redis.RedisConnection;
import io.pika.cli.transfer.Choice;
import io.pika.cli.transfer.CommandFeed;
import io.pika.cli.transfer.CommandTaker;
import io.pika.cli.transfer.DryLog;
import io.pika.cli.transfer.DryRun;
import io.pika.cli.transfer.Existing;
import io.pika.cli.transfer.Fingerprint;
import io.pika.cli.transfer.KeyFeed;
import io.pika.cli.transfer.KeyTaker;
import io.pika.cli.transfer.Lanes;
import io.pika.cli.transfer.Marks;
import io.pika.cli.transfer.Meter;
import io.pika.cli.transfer.Place;
import io.pika.cli.transfer.Samples;
import io.pika.cli.transfer.StateFile;
import io.pika.cli.transfer.StateFile.State;
import io.pika.cli.transfer.StateKeeper;
import io.pika.cli.transfer.Tally;
import io.pika.cli.transfer.Verifier;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** The table's side of one import, from the first look at the table to the last comparison. */
final class ImportRun implements AutoCloseable {
  private static final Duration REPLY = Duration.ofSeconds(30);
  private static final int RUN_BYTES = 8;
  private static final int LIVE_SAMPLES = 1_000;

  private final ImportOptions options;
  private final Tally tally;
  private final Meter meter;
  private final Random random = new Random();
  private Samples samples;
  private final List<Tally.Failure> different = new ArrayList<>();
  private int compared;
  private @Nullable Lanes lanes;
  private @Nullable Marks marks;
  private @Nullable StateFile stateFile;
  private @Nullable StateKeeper keeper;
  private @Nullable Place start;
  private Existing existing = Existing.REPLACE;

  ImportRun(ImportOptions options, Tally tally, Meter meter) {
    this.options = options;
    this.tally = tally;
    this.meter = meter;
    this.samples = fresh();
  }

  /**
   * Looks at the table, and at what an earlier start of the same import has written down.
   *
   * @param identity what tells the source from others, and from itself at another time; null: it cannot be gone on with
   */
  void begin(@Nullable String identity) throws IOException, ImportTrouble {
    if (options.dryRun()) {
      return;
    }
    State state = new State("", options.table().toString(), newRun(), null);
    if (identity != null) {
      stateFile = new StateFile(statePath());
      state = begun(stateFile, identity);
      start = state.place();
    }
    existing = existing(start != null);
    Lanes opened = new Lanes(options.lanes(), options.table(), tally);
    lanes = opened;
    marks = Marks.load(options.table(), state.run());
    if (stateFile != null) {
      keeper = new StateKeeper(stateFile, state, opened::reached);
    }
  }

  /** Where an earlier start had come to; null: this is the first. */
  @Nullable
  Place start() {
    return start;
  }

  Tally tally() {
    return tally;
  }

  Meter meter() {
    return meter;
  }

  Samples samples() {
    return samples;
  }

  /** Where keys go. */
  KeyTaker keys() {
    return lanes == null ? new DryRun(tally) : new KeyFeed(lanes, options.table(), tally, existing);
  }

  /** Where the commands of a log go. */
  CommandTaker commands() {
    return lanes == null || marks == null
        ? new DryLog(tally)
        : new CommandFeed(lanes, marks, options.choice());
  }

  /** All keys are in the table as they were in the source, and no command has changed them yet: they are compared now. */
  void compare() throws IOException {
    List<Samples.Sample> drawn = samples.all();
    if (!options.dryRun() && existing != Existing.SKIP) {
      compared += drawn.size();
      differ(drawn);
    }
    samples = fresh();
  }

  /** Compares keys of a source that goes on; those that differ, perhaps because they have just changed. */
  List<Samples.Sample> compareLive(RedisConnection source, Choice choice) throws IOException {
    int count = options.sampleKeys() > 0 || options.sampleShare() == 0 ? options.sampleKeys() : LIVE_SAMPLES;
    List<Samples.Sample> drawn = LiveSamples.draw(source, count, choice);
    compared += drawn.size();
    return differing(drawn);
  }

  /** Compares these keys again. */
  List<Samples.Sample> compareAgain(RedisConnection source, List<Samples.Sample> before) throws IOException {
    return differing(LiveSamples.again(source, before));
  }

  /** These keys differ in the end. */
  void differ(List<Samples.Sample> samples) throws IOException {
    different
        .addAll(Verifier.compare(options.table(), samples).stream().map(Verifier.Difference::told).toList());
  }

  private List<Samples.Sample> differing(List<Samples.Sample> samples) throws IOException {
    return Verifier.compare(options.table(), samples).stream().map(Verifier.Difference::sample).toList();
  }

  /** Up to where everything is in the table; null: nothing is since this was started. */
  @Nullable
  Place reached() {
    return lanes == null ? null : lanes.reached();
  }

  /** The import is complete. @param from where it went on, in words; empty: at the start */
  ImportResult end(String from) throws IOException {
    if (marks != null) {
      marks.delete();
    }
    if (keeper != null && stateFile != null) {
      keeper.close();
      keeper = null;
      stateFile.delete();
    }
    return new ImportResult(tally, compared, different, from);
  }

  @Override
  public void close() throws IOException {
    if (keeper != null) {
      keeper.close();
    }
    if (lanes != null) {
      lanes.close();
    }
  }

  private Samples fresh() {
    return new Samples(options.sampleKeys(), options.sampleShare(), random);
  }

  private String newRun() {
    byte[] run = new byte[RUN_BYTES];
    random.nextBytes(run);
    return HexFormat.of().formatHex(run);
  }

  Path statePath() {
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
    if (found.isEmpty() || found.get().place() == null) {
      return new State(identity, options.table().toString(), newRun(), null);
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
