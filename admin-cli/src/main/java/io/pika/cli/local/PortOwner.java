package io.pika.cli.local;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Whether a port of the loopback interface is free, and on Linux which process has it. */
public final class PortOwner {
  private static final Path PROC = Path.of("/proc");
  private static final String LISTENING = "0A";
  private static final int LOCAL_ADDRESS = 1;
  private static final int STATE = 3;
  private static final int INODE = 9;

  private PortOwner() {}

  public static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException taken) {
      return false;
    }
  }

  /** {@code process 4711 (redis-server)}; empty when it cannot be told. Only processes of the same user are seen. */
  public static Optional<String> find(int port) {
    try {
      Set<String> sockets = socketsOn(port);
      if (sockets.isEmpty()) {
        return Optional.empty();
      }
      try (Stream<Path> processes = Files.list(PROC)) {
        return processes.filter(each -> each.getFileName().toString().chars().allMatch(Character::isDigit))
            .filter(each -> holdsOne(each.resolve("fd"), sockets)).findFirst().map(PortOwner::describe);
      }
    } catch (IOException cannotTell) {
      return Optional.empty();
    }
  }

  private static Set<String> socketsOn(int port) throws IOException {
    Set<String> sockets = new HashSet<>();
    String suffix = String.format(":%04X", port);
    for (String table : List.of("tcp", "tcp6")) {
      Path file = PROC.resolve("net").resolve(table);
      if (Files.isReadable(file)) {
        for (String line : Files.readAllLines(file)) {
          String[] fields = line.strip().split("\\s+");
          if (fields.length > INODE && fields[LOCAL_ADDRESS].endsWith(suffix)
              && fields[STATE].equals(LISTENING)) {
            sockets.add("socket:[" + fields[INODE] + "]");
          }
        }
      }
    }
    return sockets;
  }

  private static boolean holdsOne(Path descriptors, Set<String> sockets) {
    try (Stream<Path> open = Files.list(descriptors)) {
      return open.anyMatch(each -> sockets.contains(target(each)));
    } catch (IOException | UncheckedIOException notOurs) {
      return false;
    }
  }

  private static String target(Path link) {
    try {
      return Files.readSymbolicLink(link).toString();
    } catch (IOException closedMeanwhile) {
      return "";
    }
  }

  private static String describe(Path process) {
    String name;
    try {
      name = Files.readString(process.resolve("comm")).strip();
    } catch (IOException gone) {
      name = "gone meanwhile";
    }
    return "process " + process.getFileName() + " (" + name + ")";
  }
}
