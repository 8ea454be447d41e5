package io.pika.tests.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.pika.testkit.process.Member;
import io.pika.testkit.process.TestCluster;
import io.pika.tests.Sizes;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Orders tables and drops some again, one order after the other, each with a key and repeated with it, at any manager, until it is
 * answered; keeps account of what was accepted. An order that was answered may be repeated once more: the answer has to name the
 * same job.
 */
final class TableOrders implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(3);
  private static final Duration MOST = Duration.ofSeconds(60);
  private static final long BETWEEN_MS = Sizes.of(150, 600);

  private final TestCluster cluster;
  private final Random random;
  private final HttpClient http = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1)
      .connectTimeout(PATIENCE).build();
  private final Map<String, String> jobs = new TreeMap<>();
  private final List<String> wanted = new CopyOnWriteArrayList<>();
  private final List<String> troubles = new CopyOnWriteArrayList<>();
  private final AtomicInteger accepted = new AtomicInteger();
  private final AtomicInteger repeated = new AtomicInteger();
  private final AtomicInteger dropped = new AtomicInteger();
  private final Thread thread = Thread.ofPlatform().name("orders").unstarted(this::run);
  private URI manager;
  private volatile boolean stopped;

  TableOrders(TestCluster cluster, long seed) {
    this.cluster = cluster;
    this.random = new Random(seed);
    this.manager = address(cluster.manager());
  }

  void start() {
    thread.start();
  }

  private static URI address(Member manager) {
    return URI.create("http://127.0.0.1:" + manager.setting("port"));
  }

  private void run() {
    try {
      for (int number = 0; !stopped; number++) {
        String name = "t-" + number;
        order("POST", "/tables", "{\"name\": \"" + name + "\", \"slots\": " + (1 << random.nextInt(4)) + "}",
            name);
        wanted.add(name);
        if (wanted.size() > 5 && random.nextInt(2) == 0) {
          String old = wanted.get(random.nextInt(wanted.size() - 3));
          order("DELETE", "/tables/" + old + "?wait=1", "", "drop-" + old);
          wanted.remove(old);
          dropped.incrementAndGet();
        }
        pause(BETWEEN_MS);
      }
    } catch (IOException | InterruptedException | RuntimeException trouble) {
      troubles.add(trouble.toString());
    }
  }

  /** Until a manager has answered that it is accepted; a refusal is trouble. */
  private void order(String method, String path, String body, String key)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + MOST.toNanos();
    while (true) {
      @Nullable HttpResponse<String> answer = ask(method, path, body, key);
      int status = answer == null ? 0 : answer.statusCode();
      if (answer != null && (status == 200 || status == 202)) {
        String job = answer.body().replaceFirst("(?s).*?\"id\":(\\d+).*", "$1");
        @Nullable String known = jobs.put(key, job);
        if (known != null && !known.equals(job)) {
          throw new IOException(key + " was job " + known + " and is job " + job);
        }
        if (known == null) {
          accepted.incrementAndGet();
        }
        if (known != null || random.nextInt(4) > 0) {
          return;
        }
      } else if (answer != null && status != 307 && status < 500) {
        throw new IOException(method + " " + path + ": HTTP " + status + " " + answer.body());
      } else {
        repeated.incrementAndGet();
        if (System.nanoTime() - deadline > 0) {
          throw new IOException(method + " " + path + " was not accepted within " + MOST);
        }
        pause(100);
      }
    }
  }

  /** Null: no answer. Goes to where it is sent, else on to any manager. */
  private @Nullable HttpResponse<String> ask(String method, String path, String body, String key)
      throws InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(manager.resolve("/api/v1" + path)).timeout(PATIENCE)
        .header("Authorization", "Bearer " + cluster.adminToken()).header("Idempotency-Key", key)
        .method(method, body.isEmpty()
            ? HttpRequest.BodyPublishers.noBody()
            : HttpRequest.BodyPublishers.ofString(body))
        .build();
    try {
      HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
      if (answer.statusCode() == 307) {
        manager = URI.create(answer.headers().firstValue("Location").orElseThrow()).resolve("/");
      } else if (answer.statusCode() >= 500) {
        manager = any();
      }
      return answer;
    } catch (IOException broken) {
      manager = any();
      return null;
    }
  }

  static void pause(long ms) {
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(ms));
  }

  private URI any() {
    return address(cluster.managers().get(random.nextInt(cluster.managers().size())));
  }

  /** How long after a fault an order was accepted that was given after it. */
  long awaitNext(Runnable fault) {
    long begun = System.nanoTime();
    fault.run();
    int before = accepted.get();
    // One may have been under way.
    TestCluster.await("orders are accepted again", MOST,
        () -> accepted.get() > before + 1 || !troubles.isEmpty());
    return (System.nanoTime() - begun) / 1_000_000;
  }

  List<String> wanted() {
    return new ArrayList<>(wanted);
  }

  void assertNoTrouble() {
    assertThat(troubles).isEmpty();
  }

  String summary() {
    return accepted + " orders accepted, " + dropped + " tables dropped, " + repeated + " attempts repeated, "
        + troubles.size() + " troubles";
  }

  @Override
  public void close() throws InterruptedException {
    stopped = true;
    thread.join(MOST);
    http.close();
  }
}
