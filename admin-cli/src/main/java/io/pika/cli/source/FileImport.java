package io.pika.cli.source;

import io.pika.cli.transfer.Meter;
import io.pika.cli.transfer.CommandTaker;
import io.pika.cli.transfer.Place;
import io.pika.cli.transfer.Tally;
import io.pika.proxy.protocol.Request;
import io.pika.proxy.rdb.RdbFile;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** Imports files: an RDB file, an append only file with or without one at its start, or several of them. */
public final class FileImport {
  private static final String STANDARD_INPUT = "-";
  /** What a string may take of the heap: it is there as it was read, and perhaps once more as it was packed. */
  private static final int HEAP_SHARE = 4;

  private final ImportOptions options;
  private final ImportRun run;

  public FileImport(ImportOptions options, Tally tally, Meter meter) {
    this.options = options;
    this.run = new ImportRun(options, tally, meter);
  }

  /** @param input the standard input */
  public ImportResult run(InputStream input) throws IOException, ImportTrouble {
    try (run) {
      if (options.source().equals(STANDARD_INPUT)) {
        // Nothing is written down: who reads from a pipe begins at its start.
        run.begin(null);
        readPart(input, new Part("the standard input", 0, true));
        return run.end("");
      }
      LogFiles files = LogFiles.of(Path.of(options.source()));
      run.begin(files.identity());
      run.meter().totalBytes(files.bytes());
      long from = switch (run.start()) {
        case Place.InRdb(RdbFile.Position at) -> at.offset();
        case Place.InLog(long offset, long _) -> offset;
        case Place.InScan _ -> 0;
        case null -> 0;
      };
      for (LogFiles.Part part : files.parts()) {
        boolean last = part.equals(files.parts().getLast());
        if (last || part.end() > from) {
          try (InputStream in = Files.newInputStream(part.path())) {
            in.skipNBytes(Math.max(0, from - part.start()));
            readPart(in, new Part(part.path().toString(), part.start(), last));
          }
        }
      }
      return run.end(from == 0 ? "" : "byte " + from);
    }
  }

  /** @param start its first byte's offset in all files @param isLast only then it may end anywhere */
  private record Part(String name, long start, boolean isLast) {}

  /** @param raw stands where an earlier start had come to, if that is in this part, else at its start */
  private void readPart(InputStream raw, Part part) throws IOException {
    BufferedInputStream in = new BufferedInputStream(raw);
    Place start = run.start();
    if (start instanceof Place.InLog log && log.offset() > part.start) {
      readLog(in, part, log);
    } else if (start instanceof Place.InRdb(RdbFile.Position at) && part.start == 0) {
      readRdb(in, part, at);
    } else if (isRdb(in)) {
      readRdb(in, part, RdbFile.Position.START);
    } else {
      readLog(in, part, new Place.InLog(part.start, 0));
    }
  }

  private void readRdb(InputStream in, Part part, RdbFile.Position from) throws IOException {
    RdbFile file = new RdbFile(in, from, Runtime.getRuntime().maxMemory() / HEAP_SHARE);
    new RdbSource(options.choice(), run.keys(), run.samples(), run.tally(), run.meter()).read(file);
    run.compare();
    readLog(file.rest(), part, new Place.InLog(part.start + file.offset(), 0));
  }

  private void readLog(InputStream in, Part part, Place.InLog from) throws IOException {
    CommandTaker taker = run.commands();
    LogReader reader = new LogReader(in, from.offset());
    LogSource source = new LogSource(options.choice(), taker, run.samples(), from);
    for (Request request = reader.next(); request != null; request = reader.next()) {
      source.take(request, reader.offset());
      run.meter().bytes(reader.offset());
    }
    if (reader.isInCommand() || source.isInTransaction()) {
      String where = part.name + " ends in the middle of a "
          + (reader.isInCommand() ? "command" : "transaction")
          + " that begins at byte " + (source.safe().offset() - part.start);
      if (!part.isLast) {
        throw new LogDamage(where + ", and is not the last of its files");
      }
      run.tally().note(where + "; all before it is done, as Redis would do");
    }
    taker.end(source.safe());
  }

  private static boolean isRdb(BufferedInputStream in) throws IOException {
    in.mark(RdbFile.MAGIC.length());
    byte[] head = in.readNBytes(RdbFile.MAGIC.length());
    in.reset();
    return new String(head, StandardCharsets.ISO_8859_1).equals(RdbFile.MAGIC);
  }
}
