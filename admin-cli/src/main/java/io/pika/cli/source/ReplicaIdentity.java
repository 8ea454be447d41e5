package io.pika.cli.source;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * Of which history a spool is: a file with one line, written when the RDB file beside it is complete.
 *
 * @param id the source's name for it
 * @param start offset of the first command behind the RDB file
 */
record ReplicaIdentity(String id, long start) {
  static ReplicaIdentity load(Path file) throws IOException {
    String[] words = Files.readString(file).strip().split(" ");
    if (words.length != 2) {
      throw new IOException(file + " is not what an import has written");
    }
    return new ReplicaIdentity(words[0], Long.parseLong(words[1]));
  }

  ReplicaIdentity withId(String other) {
    return new ReplicaIdentity(other, start);
  }

  void save(Path file) throws IOException {
    Path next = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(next, id + " " + start + "\n");
    Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
