package io.pika.testkit.etcd;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** An etcd of several members on free ports of loopback, whose members can be hurt. Ended with this JVM at the latest. */
public final class EtcdCluster implements AutoCloseable {
  private static final Duration START = Duration.ofSeconds(60);

  private final List<Member> members = new ArrayList<>();
  private final String initial;

  private EtcdCluster(Path directory, int size) {
    for (int number = 1; number <= size; number++) {
      members.add(new Member("etcd-" + number, directory));
    }
    initial = members.stream().map(member -> member.name + "=" + member.peer)
        .collect(Collectors.joining(","));
    Runtime.getRuntime().addShutdownHook(new Thread(this::close));
  }

  /** Starts all members and waits until they serve together. */
  public static EtcdCluster start(Path directory, int size) {
    EtcdCluster cluster = new EtcdCluster(directory, size);
    cluster.members.forEach(Member::start);
    cluster.members.forEach(Member::awaitListening);
    return cluster;
  }

  /** As the setting {@code etcd-endpoints} takes them. */
  public String endpoints() {
    return members.stream().map(member -> member.client).collect(Collectors.joining(","));
  }

  public List<Member> members() {
    return List.copyOf(members);
  }

  @Override
  public void close() {
    members.forEach(Member::kill);
  }

  /** One member; its ports and directory stay. */
  public final class Member {
    private final String name;
    private final Path directory;
    private final int port = EtcdServer.freePort();
    private final String client = "http://127.0.0.1:" + port;
    private final String peer = "http://127.0.0.1:" + EtcdServer.freePort();
    private @Nullable Process process;

    private Member(String name, Path directory) {
      this.name = name;
      this.directory = directory;
    }

    public String name() {
      return name;
    }

    /** Starts it on what it has on its disk. */
    public void start() {
      Path program = EtcdServer.program()
          .orElseThrow(() -> new IllegalStateException("etcd is not installed"));
      try {
        process = new ProcessBuilder(program.toString(), "--name", name, "--data-dir",
            directory.resolve(name).toString(), "--listen-client-urls", client, "--advertise-client-urls",
            client,
            "--listen-peer-urls", peer, "--initial-advertise-peer-urls", peer, "--initial-cluster", initial)
            .redirectErrorStream(true).redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")))
            .redirectOutput(ProcessBuilder.Redirect.appendTo(directory.resolve(name + ".log").toFile()))
            .start();
      } catch (IOException trouble) {
        throw new UncheckedIOException(trouble);
      }
    }

    private void awaitListening() {
      try {
        EtcdServer.awaitListening(running(), port, START);
      } catch (IOException trouble) {
        throw new UncheckedIOException(trouble);
      }
    }

    private Process running() {
      Process known = process;
      if (known == null) {
        throw new IllegalStateException(name + " was never started");
      }
      return known;
    }

    /** {@code kill -9}. */
    public void kill() {
      Process known = process;
      if (known != null) {
        known.destroyForcibly().onExit().join();
      }
    }

    /** SIGSTOP: its connections stay, it answers nothing. */
    public void freeze() {
      signal("-STOP");
    }

    /** SIGCONT. */
    public void thaw() {
      signal("-CONT");
    }

    private void signal(String signal) {
      try {
        int code = new ProcessBuilder("kill", signal, Long.toString(running().pid())).inheritIO().start()
            .waitFor();
        if (code != 0) {
          throw new IllegalStateException("kill " + signal + " of " + name + " ended with " + code);
        }
      } catch (IOException trouble) {
        throw new UncheckedIOException(trouble);
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted", interrupted);
      }
    }
  }
}
