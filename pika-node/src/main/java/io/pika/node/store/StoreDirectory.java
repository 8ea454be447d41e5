package io.pika.node.store;

import io.pika.node.store.StoreException.Kind;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * The store's directory: one process at a time ({@code lock}), of one store ({@code store.json}), with RocksDB in
 * {@code db} and the log in {@code log}.
 */
final class StoreDirectory implements AutoCloseable {
  static final int FORMAT_VERSION = 1;

  private static final String FILE = "store.json";
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final Path root;
  private final FileChannel lockFile;
  private StoreIdentity identity;

  private StoreDirectory(Path root, FileChannel lockFile, StoreIdentity identity) {
    this.root = root;
    this.lockFile = lockFile;
    this.identity = identity;
  }

  static StoreDirectory open(Path root, UUID newStoreId) throws IOException {
    Files.createDirectories(root);
    FileChannel lockFile = FileChannel.open(root.resolve("lock"), StandardOpenOption.CREATE,
        StandardOpenOption.WRITE);
    try {
      lock(root, lockFile);
      StoreIdentity known = read(root);
      StoreDirectory directory = new StoreDirectory(root, lockFile,
          known == null ? new StoreIdentity(newStoreId, "", 0) : known);
      if (known == null) {
        refuseForeignData(root);
        directory.write(directory.identity);
      }
      Files.createDirectories(directory.base());
      Files.createDirectories(directory.log());
      return directory;
    } catch (IOException | RuntimeException e) {
      lockFile.close();
      throw e;
    }
  }

  private static void lock(Path root, FileChannel file) throws IOException {
    FileLock lock;
    try {
      lock = file.tryLock();
    } catch (OverlappingFileLockException e) {
      lock = null;
    }
    if (lock == null) {
      throw new StoreException(Kind.LOCKED, "directory " + root
          + " is in use by another process; stop it, or give this node a directory of its own");
    }
  }

  private static @Nullable StoreIdentity read(Path root) throws IOException {
    Path file = root.resolve(FILE);
    if (!Files.exists(file)) {
      return null;
    }
    try {
      JsonNode json = JSON.readTree(Files.readAllBytes(file));
      int version = json.required("formatVersion").asInt();
      if (version > FORMAT_VERSION) {
        throw new StoreException(Kind.FOREIGN, "directory " + root + " has format " + version
            + ", this version knows formats up to " + FORMAT_VERSION + "; start a newer version");
      }
      return new StoreIdentity(UUID.fromString(json.required("storeId").asString()),
          json.required("clusterId").asString(), json.required("nodeId").asInt());
    } catch (JacksonException | IllegalArgumentException e) {
      throw new StoreException(Kind.DAMAGED, file + " cannot be understood (" + e.getMessage()
          + "); restore it from a copy", e);
    }
  }

  private static void refuseForeignData(Path root) throws IOException {
    for (String folder : new String[]{"db", "log"}) {
      Path path = root.resolve(folder);
      if (Files.isDirectory(path)) {
        try (Stream<Path> content = Files.list(path)) {
          if (content.findAny().isPresent()) {
            throw new StoreException(Kind.FOREIGN,
                "directory " + root + " has data in '" + folder + "' but no "
                    + FILE + "; restore that file from a copy, or choose an empty directory");
          }
        }
      }
    }
  }

  StoreIdentity identity() {
    return identity;
  }

  /** Writes down whose directory it is; for good. */
  synchronized void bind(String clusterId, int nodeId) throws IOException {
    StoreIdentity wanted = new StoreIdentity(identity.storeId(), clusterId, nodeId);
    if (identity.equals(wanted)) {
      return;
    }
    if (identity.bound()) {
      throw new StoreException(Kind.OTHER_OWNER, "directory " + root + " belongs to node " + identity.nodeId()
          + " of cluster " + identity.clusterId() + ", not to node " + nodeId + " of cluster " + clusterId);
    }
    write(wanted);
    identity = wanted;
  }

  /** By a new file that replaces the old one, so that there is always a whole one. */
  private void write(StoreIdentity content) throws IOException {
    byte[] json = JSON.writerWithDefaultPrettyPrinter().writeValueAsBytes(JSON.createObjectNode()
        .put("formatVersion", FORMAT_VERSION).put("storeId", content.storeId().toString())
        .put("clusterId", content.clusterId()).put("nodeId", content.nodeId()));
    Path next = root.resolve(FILE + ".new");
    try (FileChannel file = FileChannel.open(next, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
        StandardOpenOption.TRUNCATE_EXISTING)) {
      ByteBuffer bytes = ByteBuffer.wrap(json);
      while (bytes.hasRemaining()) {
        file.write(bytes);
      }
      file.force(true);
    }
    Files.move(next, root.resolve(FILE), StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    try (FileChannel directory = FileChannel.open(root, StandardOpenOption.READ)) {
      directory.force(true);
    }
  }

  Path base() {
    return root.resolve("db");
  }

  Path log() {
    return root.resolve("log");
  }

  @Override
  public void close() throws IOException {
    lockFile.close();
  }
}
