package io.pika.cli.local;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What the build prepares so that processes start fast: for each program the JVM's AOT cache of its classes, and RocksDB's
 * library, which otherwise every start unpacks. All of it can be missing: then a start only takes longer. The JVM itself
 * refuses a cache that was made from other jars, and says so in the process's log.
 *
 * @param dist where the build puts what it makes
 * @param use whether processes read the caches, or make them when they end
 */
public record StartCache(Path dist, Use use) {
  /** By its name RocksDB finds it first, whatever the machine. */
  private static final String ROCKSDB = System.mapLibraryName("rocksdbjni");

  /** What a start does with a cache. */
  public enum Use {
    READ, MAKE
  }

  /** For the command line of the JVM. */
  List<String> arguments(Member member) {
    Path cache = dist.resolve("aot").resolve(Programs.program(member) + ".aot");
    return switch (use) {
      // One of each program is enough, and two must not write the same file.
      case MAKE -> isFirst(member) ? List.of("-XX:AOTCacheOutput=" + cache) : List.of();
      case READ -> {
        List<String> arguments = new ArrayList<>();
        if (Files.exists(cache)) {
          arguments.add("-XX:AOTCache=" + cache);
        }
        if (Files.exists(libraries().resolve(ROCKSDB))) {
          arguments.add("-Djava.library.path=" + libraries());
        }
        yield List.copyOf(arguments);
      }
    };
  }

  private static boolean isFirst(Member member) {
    return switch (member) {
      case Member.Manager() -> true;
      case Member.Node(int number) -> number == 1;
    };
  }

  /** Keeps what a node that runs has unpacked, and will delete when it ends. */
  public void keepLibrary() throws IOException {
    List<Path> unpacked;
    try (Stream<Path> files = Files.list(libraries())) {
      unpacked = files.filter(file -> !file.endsWith(ROCKSDB)).toList();
    }
    for (Path library : unpacked) {
      Files.copy(library, libraries().resolve(ROCKSDB), StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** RocksDB unpacks into the directory that is named here; told of its C library, it starts no process to find out. */
  Map<String, String> environment() {
    return switch (use) {
      case MAKE -> Map.of("ROCKSDB_SHAREDLIB_DIR", libraries().toString());
      case READ -> Files.exists(libraries().resolve(ROCKSDB))
          ? Map.of("ROCKSDB_MUSL_LIBC", "false")
          : Map.of();
    };
  }

  private Path libraries() {
    return dist.resolve("native");
  }
}
