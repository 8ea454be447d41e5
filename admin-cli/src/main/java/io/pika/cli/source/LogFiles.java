package io.pika.cli.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * The files of a source, one behind the other: a single file, or what the manifest of Redis 7's directory names. Offsets
 * count through all of them.
 *
 * <pre>manifest: file NAME seq NUMBER type b (base), h (history, not needed any more) or i (increment)</pre>
 */
record LogFiles(List<Part> parts) {
  /** @param start offset of its first byte */
  record Part(Path path, long start, long bytes) {
    long end() {
      return start + bytes;
    }
  }

  LogFiles {
    parts = List.copyOf(parts);
  }

  static LogFiles of(Path path) throws IOException, ImportTrouble {
    if (Files.isRegularFile(path)) {
      return path.getFileName().toString().endsWith(".manifest") ? listed(path) : behind(List.of(path));
    }
    if (!Files.isDirectory(path)) {
      throw new ImportTrouble("there is no file " + path);
    }
    try (Stream<Path> files = Files.list(path)) {
      List<Path> manifests = files.filter(file -> file.getFileName().toString().endsWith(".manifest"))
          .toList();
      if (manifests.size() != 1) {
        throw new ImportTrouble(path + " has " + (manifests.isEmpty() ? "no manifest" : "several manifests")
            + "; name an RDB file, an append only file, or the directory of one (appendonlydir)");
      }
      return listed(manifests.getFirst());
    }
  }

  long bytes() {
    return parts.getLast().end();
  }

  /** What tells it from another one, and from itself at another time. */
  String identity() throws IOException {
    StringBuilder identity = new StringBuilder();
    for (Part part : parts) {
      identity.append(identity.isEmpty() ? "" : "; ").append(part.path.toAbsolutePath().normalize())
          .append(", ")
          .append(part.bytes).append(" bytes, of ").append(Files.getLastModifiedTime(part.path));
    }
    return identity.toString();
  }

  private record Listed(String name, long sequence, boolean isBase) {}

  private static LogFiles listed(Path manifest) throws IOException, ImportTrouble {
    List<Listed> listed = new ArrayList<>();
    for (String line : Files.readAllLines(manifest)) {
      String[] words = line.strip().split(" +");
      if (words.length >= 6 && words[0].equals("file") && words[2].equals("seq") && words[4].equals("type")) {
        if (!words[5].equals("h")) {
          listed.add(new Listed(words[1], Long.parseLong(words[3]), words[5].equals("b")));
        }
      } else if (!line.isBlank() && !line.startsWith("#")) {
        throw new ImportTrouble(manifest + " is no manifest of an append only file: " + line);
      }
    }
    if (listed.isEmpty()) {
      throw new ImportTrouble(manifest + " names no file");
    }
    listed.sort(Comparator.comparing((Listed each) -> !each.isBase).thenComparing(Listed::sequence));
    return behind(listed.stream().map(each -> manifest.resolveSibling(each.name)).toList());
  }

  private static LogFiles behind(List<Path> paths) throws IOException, ImportTrouble {
    List<Part> parts = new ArrayList<>();
    long start = 0;
    for (Path path : paths) {
      if (!Files.isRegularFile(path)) {
        throw new ImportTrouble("the manifest names " + path.getFileName() + ", which is not there");
      }
      Part part = new Part(path, start, Files.size(path));
      parts.add(part);
      start = part.end();
    }
    return new LogFiles(parts);
  }
}
