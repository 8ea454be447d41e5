package io.pika.tests.bench.server;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The directory of one run, and the servers that were started in it: all ended and deleted when it is closed, also by
 * Ctrl-C. It lies in the checkout's {@code target}: a directory for temporary files may be memory, and a database on that
 * would not be measured as one.
 */
public final class Workplace implements AutoCloseable {
  private final Path dir;
  private final AtomicInteger made = new AtomicInteger();
  private final Deque<AutoCloseable> servers = new ArrayDeque<>();
  private final Thread hook = new Thread(this::clear, "clear-the-workplace");

  private Workplace(Path dir) {
    this.dir = dir;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  /** @param root of the checkout */
  public static Workplace in(Path root) throws IOException {
    return new Workplace(Files.createDirectories(
        root.resolve("target/bench-work").resolve(Long.toString(ProcessHandle.current().pid()))));
  }

  /** A new directory. */
  public Path directory(String name) throws IOException {
    return Files.createDirectory(dir.resolve(name + "-" + made.incrementAndGet()));
  }

  /** The server is closed with this, the last one first. */
  public synchronized <T extends AutoCloseable> T keep(T server) {
    servers.push(server);
    return server;
  }

  private synchronized void clear() {
    while (!servers.isEmpty()) {
      try {
        servers.pop().close();
      } catch (InterruptedException stop) {
        Thread.currentThread().interrupt();
      } catch (Exception ending) {
        // The others must still be ended, and nobody is left to tell.
        continue;
      }
    }
    try {
      delete(dir);
    } catch (IOException left) {
      // A process that was being started may still write there; its files stay.
      return;
    }
  }

  private static void delete(Path tree) throws IOException {
    if (!Files.exists(tree)) {
      return;
    }
    Files.walkFileTree(tree, new SimpleFileVisitor<>() {
      @Override
      public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
        Files.deleteIfExists(file);
        return FileVisitResult.CONTINUE;
      }

      @Override
      public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException trouble)
          throws IOException {
        Files.deleteIfExists(folder);
        return FileVisitResult.CONTINUE;
      }
    });
  }

  @Override
  public void close() {
    clear();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException ending) {
      // Ctrl-C: the hook is running, and finds nothing left to do.
      return;
    }
  }
}
