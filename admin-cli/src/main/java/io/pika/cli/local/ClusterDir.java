package io.pika.cli.local;

import java.io.IOException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The directory of a local cluster:
 *
 * <pre>
 * cluster.json       how many nodes, which ports
 * cluster.secret     what the processes share, mode 600
 * etc/NAME.yaml      settings of each process, yours to edit
 * logs/NAME.log      what each process writes
 * run/NAME.json      process id and start of what runs
 * manager/, node-N/  data
 * </pre>
 */
public record ClusterDir(Path root) {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final int SECRET_BYTES = 32;
  private static final String OWN_NAMES = "cluster\\.json|cluster\\.secret|etc|logs|run|manager|node-\\d+|cluster\\.lock";

  /** @param nodes their numbers are 1 to this */
  public record Description(int formatVersion, int nodes, int basePort) {
    static final int FORMAT_VERSION = 1;

    public Description(int nodes, int basePort) {
      this(FORMAT_VERSION, nodes, basePort);
    }

    public Ports ports() {
      return new Ports(basePort);
    }

    public List<Member> members() {
      List<Member> members = new ArrayList<>();
      members.add(new Member.Manager());
      for (int number = 1; number <= nodes; number++) {
        members.add(new Member.Node(number));
      }
      return members;
    }
  }

  public ClusterDir {
    root = root.toAbsolutePath().normalize();
  }

  public Path secret() {
    return root.resolve("cluster.secret");
  }

  public Path adminToken() {
    return root.resolve("manager").resolve("admin.token");
  }

  public Path data(Member member) {
    return root.resolve(member.name());
  }

  public Path settings(Member member) {
    return root.resolve("etc").resolve(member.name() + ".yaml");
  }

  public Path log(Member member) {
    return root.resolve("logs").resolve(member.name() + ".log");
  }

  public Path processFile(Member member) {
    return root.resolve("run").resolve(member.name() + ".json");
  }

  /** Held while processes are started or stopped. */
  public Path lock() {
    return root.resolve("cluster.lock");
  }

  /** Empty where there is no cluster. */
  public Optional<Description> description() throws IOException {
    Path file = root.resolve("cluster.json");
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    Description read;
    try {
      read = JSON.readValue(file, Description.class);
    } catch (JacksonException damaged) {
      throw new IOException(file + " is damaged: " + damaged.getOriginalMessage(), damaged);
    }
    if (read.formatVersion() > Description.FORMAT_VERSION) {
      throw new IOException(file + " was written by a newer version of pika");
    }
    return Optional.of(read);
  }

  /** Makes what is missing of the directory, the secret among it, and notes the description. */
  public void prepare(Description description, SecureRandom random) throws IOException {
    for (String child : List.of("etc", "logs", "run")) {
      Files.createDirectories(root.resolve(child));
    }
    if (!Files.exists(secret())) {
      byte[] bytes = new byte[SECRET_BYTES];
      random.nextBytes(bytes);
      writePrivate(secret(), HexFormat.of().formatHex(bytes) + "\n");
    }
    for (Member member : description.members()) {
      writeIfMissing(settings(member), "# Settings of " + member.name() + ", one \"name: value\" to a line;"
          + " docs/settings.md lists them.\n# Directories, ports and the secret come from ./pika up and win over"
          + " this file. Changes hold from the next start.\n");
    }
    replace(root.resolve("cluster.json"),
        JSON.writerWithDefaultPrettyPrinter().writeValueAsString(description) + "\n");
  }

  private static void writePrivate(Path file, String text) throws IOException {
    try {
      Files.createFile(file,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
    } catch (FileAlreadyExistsException madeMeanwhile) {
      return;
    } catch (UnsupportedOperationException noPosix) {
      Files.createFile(file);
    }
    Files.writeString(file, text, StandardOpenOption.WRITE);
  }

  private static void writeIfMissing(Path file, String text) throws IOException {
    if (!Files.exists(file)) {
      Files.writeString(file, text);
    }
  }

  static void replace(Path file, String text) throws IOException {
    Path next = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(next, text);
    try {
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (AtomicMoveNotSupportedException other) {
      Files.move(next, file, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /** The last lines of a process's log; empty when it has written nothing. Reads a bounded part of the end. */
  public List<String> tail(Member member, int lines) throws IOException {
    return LogTail.read(log(member), lines);
  }

  /** Deletes what a cluster puts there and nothing else; the directory itself when nothing else is in it. */
  public void purge() throws IOException {
    List<Path> own;
    try (Stream<Path> children = Files.list(root)) {
      own = children.filter(child -> child.getFileName().toString().matches(OWN_NAMES)).toList();
    }
    for (Path child : own) {
      deleteTree(child);
    }
    try (Stream<Path> rest = Files.list(root)) {
      if (rest.findAny().isPresent()) {
        return;
      }
    }
    Files.delete(root);
  }

  private static void deleteTree(Path tree) throws IOException {
    Files.walkFileTree(tree, new SimpleFileVisitor<>() {
      @Override
      public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
        Files.delete(file);
        return FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException trouble)
          throws IOException {
        if (trouble != null) {
          throw trouble;
        }
        Files.delete(directory);
        return FileVisitResult.CONTINUE;
      }
    });
  }
}
