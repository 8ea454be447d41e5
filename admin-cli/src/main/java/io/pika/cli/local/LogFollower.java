package io.pika.cli.local;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Reads the lines that are added to a file; begins again when the file was replaced by a shorter one. */
public final class LogFollower {
  private static final int CHUNK_BYTES = 1 << 16;

  private final Path file;
  private final ByteArrayOutputStream half = new ByteArrayOutputStream();
  private long position;

  private LogFollower(Path file, long position) {
    this.file = file;
    this.position = position;
  }

  public static LogFollower atEnd(Path file) throws IOException {
    return new LogFollower(file, Files.exists(file) ? Files.size(file) : 0);
  }

  /** The whole lines that came since the last call; a line without its end waits for it. */
  public List<String> next() throws IOException {
    if (!Files.exists(file)) {
      return List.of();
    }
    List<String> lines = new ArrayList<>();
    try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "r")) {
      if (log.length() < position) {
        position = 0;
        half.reset();
      }
      log.seek(position);
      byte[] chunk = new byte[CHUNK_BYTES];
      for (int read = log.read(chunk); read > 0; read = log.read(chunk)) {
        position += read;
        split(chunk, read, lines);
      }
    }
    return lines;
  }

  private void split(byte[] chunk, int length, List<String> lines) {
    for (int i = 0; i < length; i++) {
      if (chunk[i] == '\n') {
        lines.add(half.toString(StandardCharsets.UTF_8));
        half.reset();
      } else {
        half.write(chunk[i]);
      }
    }
  }
}
