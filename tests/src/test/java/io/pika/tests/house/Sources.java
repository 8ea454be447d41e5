package io.pika.tests.house;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * The files of the project, without what is built or downloaded. Found by walking, not by asking git, because
 * the tests also run in an unpacked archive.
 */
final class Sources {
  private static final Set<String> NOT_OURS = Set.of(".git", ".idea", ".vscode", ".pika", ".mvn", "target",
      "node_modules");
  private static final Set<String> TEXT = Set.of("java", "proto", "xml", "md", "yaml", "yml", "json", "txt",
      "sh",
      "properties", "html", "css", "ts", "tsx", "js", "py", "service", "");

  private Sources() {}

  /** A text file of the project; {@code name} is its path from the root, with forward slashes. */
  record Source(Path path, String name, List<String> lines) {
    Source {
      lines = List.copyOf(lines);
    }

    boolean isJava() { return name.endsWith(".java"); }

    boolean isMainJava() { return isJava() && name.contains("/src/main/"); }

    boolean isTestJava() { return isJava() && (name.contains("/src/test/") || name.startsWith("testkit/")); }
  }

  static Path root() {
    Path here = Path.of("").toAbsolutePath();
    while (here != null && !Files.exists(here.resolve("mvnw"))) {
      here = here.getParent();
    }
    if (here == null) {
      throw new IllegalStateException("no mvnw above " + Path.of("").toAbsolutePath());
    }
    return here;
  }

  static List<Source> all() {
    Path root = root();
    List<Source> found = new ArrayList<>();
    try {
      Files.walkFileTree(root, new SimpleFileVisitor<>() {
        @Override
        public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
          boolean skip = NOT_OURS.contains(directory.getFileName().toString());
          return skip ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
          if (attributes.isRegularFile() && isText(file)) {
            String name = root.relativize(file).toString().replace('\\', '/');
            readLines(file, name, found);
          }
          return FileVisitResult.CONTINUE;
        }
      });
    } catch (IOException trouble) {
      throw new UncheckedIOException(trouble);
    }
    Collections.sort(found, (a, b) -> a.name().compareTo(b.name()));
    return found;
  }

  private static boolean isText(Path file) {
    String name = file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return TEXT.contains(dot < 0 ? "" : name.substring(dot + 1));
  }

  private static void readLines(Path file, String name, List<Source> found) throws IOException {
    try {
      found.add(new Source(file, name, Files.readAllLines(file)));
    } catch (MalformedInputException binary) {
      // A file without an extension that is no text after all; nothing to check in it.
    }
  }
}
