package io.pika.cli.local;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The end of a log file, without reading the rest of it. */
public final class LogTail {
  private static final int MAX_BYTES = 1 << 20;

  private LogTail() {}

  /** At most that many lines, and at most the last mebibyte. */
  public static List<String> read(Path file, int lines) throws IOException {
    if (!Files.exists(file)) {
      return List.of();
    }
    try (RandomAccessFile log = new RandomAccessFile(file.toFile(), "r")) {
      long from = Math.max(0, log.length() - MAX_BYTES);
      byte[] end = new byte[(int) (log.length() - from)];
      log.seek(from);
      int read = Math.max(0, log.read(end));
      List<String> all = new String(end, 0, read, StandardCharsets.UTF_8).lines().toList();
      int cutLine = from > 0 && !all.isEmpty() ? 1 : 0;
      return all.subList(Math.max(cutLine, all.size() - lines), all.size());
    }
  }
}
