package io.pika.cli.local;

import io.pika.cli.show.Progress;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Starts what is missing of a cluster and waits until all of it serves. Either everything that was started serves in
 * the end, or nothing of it runs any more.
 */
public final class Bringup implements AutoCloseable {
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(150);
  private static final Duration STOP_DEADLINE = Duration.ofSeconds(10);
  private static final int LOG_LINES = 15;
  private static final int OK = 200;

  private final LocalCluster cluster;
  private final ClusterDir.Description description;
  private final Progress progress;
  private final Probe probe = new Probe();
  private final Map<Member, ProcessHandle> started = new LinkedHashMap<>();
  private boolean serving;

  public Bringup(LocalCluster cluster, ClusterDir.Description description, Progress progress) {
    this.cluster = cluster;
    this.description = description;
    this.progress = progress;
  }

  /** Their ports are free. */
  public void start(List<Member> members) throws IOException {
    for (Member member : members) {
      started.put(member, cluster.start(member, description));
    }
  }

  /** @throws LocalTrouble with the end of the log of what did not come up */
  public void awaitServing(Duration patience) throws IOException, LocalTrouble, InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    for (Member member : description.members()) {
      await(member, deadline);
    }
    awaitDefaultTable(deadline);
    serving = true;
  }

  private void await(Member member, long deadline) throws IOException, LocalTrouble, InterruptedException {
    while (!isReady(member)) {
      failIfEnded();
      if (System.nanoTime() > deadline) {
        throw trouble(member, member.name() + " does not serve yet");
      }
      progress.waiting("waiting for " + member.name() + " on port " + mainPort(member));
      pause();
    }
    progress.done(member.name() + " serves on port " + mainPort(member)
        + (started.containsKey(member) ? "" : " (ran already)"));
  }

  private void awaitDefaultTable(long deadline) throws IOException, LocalTrouble, InterruptedException {
    Member first = description.members().get(1);
    Optional<String> reply = probe.redis(mainPort(first), "DBSIZE");
    while (reply.isEmpty() || !reply.get().startsWith(":")) {
      failIfEnded();
      if (System.nanoTime() > deadline) {
        throw trouble(first, "the table default is not served: " + reply.orElse("no reply"));
      }
      progress.waiting("waiting for the table default");
      pause();
      reply = probe.redis(mainPort(first), "DBSIZE");
    }
    progress.done("table default is served by all nodes");
  }

  private boolean isReady(Member member) throws InterruptedException {
    Ports ports = description.ports();
    Optional<Probe.Answer> answer = switch (member) {
      case Member.Manager() -> probe.get(ports.managerRest(), "/ready");
      case Member.Node(int number) -> probe.get(ports.admin(number), "/ready");
    };
    return answer.isPresent() && answer.get().status() == OK;
  }

  private int mainPort(Member member) {
    Ports ports = description.ports();
    return switch (member) {
      case Member.Manager() -> ports.managerRest();
      case Member.Node(int number) -> ports.client(number);
    };
  }

  private void failIfEnded() throws IOException, LocalTrouble {
    for (Map.Entry<Member, ProcessHandle> each : started.entrySet()) {
      if (!each.getValue().isAlive()) {
        throw trouble(each.getKey(), each.getKey().name() + " ended while starting");
      }
    }
  }

  private LocalTrouble trouble(Member member, String message) throws IOException {
    List<String> details = new ArrayList<>();
    details.add("the end of " + cluster.dir().log(member) + ":");
    cluster.dir().tail(member, LOG_LINES).forEach(line -> details.add("  " + line));
    return new LocalTrouble(message, details);
  }

  private static void pause() throws InterruptedException {
    Thread.sleep(BETWEEN_LOOKS);
  }

  /** Stops what was started, unless all of it serves. */
  @Override
  public synchronized void close() throws IOException {
    if (serving || started.isEmpty()) {
      return;
    }
    try {
      started.values().forEach(ProcessHandle::destroy);
      for (Member member : started.keySet()) {
        cluster.stop(member, STOP_DEADLINE);
      }
    } catch (InterruptedException stop) {
      started.values().forEach(ProcessHandle::destroyForcibly);
      Thread.currentThread().interrupt();
    }
    started.clear();
  }
}
