package io.pika.tests.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.pika.testkit.process.Member;
import io.pika.testkit.process.TestCluster;
import io.pika.testkit.wire.RespConnection;
import io.pika.tests.Sizes;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

/**
 * Collections that are larger than the memory of the nodes are read in one command through both nodes of a cluster, while
 * somebody writes them. A node that runs out of memory ends, so that every reply that is whole is a proof.
 */
class LongRepliesIT {
  private static final int ELEMENTS = Sizes.of(20_000, 5_000_000);
  private static final String BIG = "x".repeat(Sizes.of(16_000, 20));
  private static final int PIPELINE = 1_000;
  /** One for each: who waits for a thread does not fetch its reply. */
  private static final Executor THREADS = Thread::startVirtualThread;

  /** A reply that is not kept: the count of its items, and the sum of their checksums. */
  private record Sum(long items, long checksum) {
    static final Sum NOTHING = new Sum(0, 0);

    Sum with(byte[] item) {
      CRC32 crc = new CRC32();
      crc.update(item);
      return new Sum(items + 1, checksum + crc.getValue());
    }
  }

  /** A kind of collection. @param add command; @param read whole command */
  private record Kind(String key, List<String> read) {
    String[] add(int element) {
      return switch (key) {
        case "list" -> new String[]{"RPUSH", key, value(element)};
        case "hash" -> new String[]{"HSET", key, name(element), value(element)};
        case "set" -> new String[]{"SADD", key, name(element)};
        default -> new String[]{"ZADD", key, Integer.toString(element), name(element)};
      };
    }

    /** What the reply has of an element. */
    List<String> items(int element) {
      return switch (key) {
        case "list" -> List.of(value(element));
        case "hash" -> List.of(name(element), value(element));
        case "set" -> List.of(name(element));
        default -> List.of(name(element), Integer.toString(element));
      };
    }

    /** Changes it, but for nobody who has begun to read. */
    String[] change(int element) {
      return switch (key) {
        case "list" -> new String[]{"LSET", key, Integer.toString(element), "changed"};
        case "hash" -> element % 2 == 0
            ? new String[]{"HDEL", key, name(element)}
            : new String[]{"HSET", key, name(element), "changed"};
        case "set" -> new String[]{"SREM", key, name(element)};
        default -> new String[]{"ZADD", key, "-1", name(element)};
      };
    }
  }

  private static final List<Kind> KINDS = List.of(new Kind("list", List.of("LRANGE", "list", "0", "-1")),
      new Kind("hash", List.of("HGETALL", "hash")), new Kind("set", List.of("SMEMBERS", "set")),
      new Kind("zset", List.of("ZRANGE", "zset", "0", "-1", "WITHSCORES")));

  private static String name(int element) {
    return "name-of-an-element-" + element;
  }

  private static String value(int element) {
    return element + BIG;
  }

  @Test
  void collectionsLargerThanMemoryAreReadAtOneInstant() throws Exception {
    try (TestCluster cluster = TestCluster.of(2).nodeHeapMb(256).start()) {
      try {
        for (Kind kind : KINDS) {
          Sum expected = fill(cluster.node(1), kind);
          readWhileWriting(cluster, kind, expected);
          cluster.node(1).connect().call("DEL", kind.key());
        }
      } catch (Exception | AssertionError trouble) {
        System.out.println(cluster.logs());
        throw trouble;
      }
    }
  }

  private static Sum fill(Member node, Kind kind) throws IOException {
    Sum sum = Sum.NOTHING;
    try (RespConnection client = node.connect()) {
      for (int i = 0; i < ELEMENTS; i += PIPELINE) {
        List<Integer> missing = new ArrayList<>();
        for (int j = i; j < i + PIPELINE; j++) {
          missing.add(j);
          for (String item : kind.items(j)) {
            sum = sum.with(item.getBytes(StandardCharsets.US_ASCII));
          }
        }
        while (!missing.isEmpty()) {
          missing = refused(client, kind, missing);
        }
      }
    }
    return sum;
  }

  /** Adds elements; returns those that the node did not take because its disk is behind. */
  private static List<Integer> refused(RespConnection client, Kind kind, List<Integer> elements)
      throws IOException {
    for (int each : elements) {
      client.send(kind.add(each));
    }
    client.flush();
    List<Integer> refused = new ArrayList<>();
    for (int each : elements) {
      if (client.read().isError()) {
        refused.add(each);
      }
    }
    return refused;
  }

  private static void readWhileWriting(TestCluster cluster, Kind kind, Sum expected) throws Exception {
    List<Socket> sockets = new ArrayList<>();
    List<InputStream> replies = new ArrayList<>();
    for (Member node : cluster.nodes()) {
      Socket socket = new Socket("127.0.0.1", node.clientPort());
      sockets.add(socket);
      socket.getOutputStream()
          .write((String.join(" ", kind.read()) + "\r\n").getBytes(StandardCharsets.US_ASCII));
      InputStream in = new BufferedInputStream(socket.getInputStream(), 1 << 16);
      replies.add(in);
      in.mark(1);
      in.read();
      in.reset();
    }
    AtomicBoolean done = new AtomicBoolean();
    CompletableFuture<Integer> writer = CompletableFuture.supplyAsync(() -> write(cluster, kind, done),
        THREADS);
    List<CompletableFuture<Sum>> sums = replies.stream()
        .map(in -> CompletableFuture.supplyAsync(() -> sum(in), THREADS)).toList();
    for (CompletableFuture<Sum> each : sums) {
      assertThat(each.join()).as(kind.key()).isEqualTo(expected);
    }
    done.set(true);
    System.out
        .println(kind.key() + ": " + ELEMENTS + " elements read, " + writer.join() + " written meanwhile");
    for (Socket socket : sockets) {
      socket.close();
    }
  }

  private static int write(TestCluster cluster, Kind kind, AtomicBoolean done) {
    int written = 0;
    try (RespConnection client = cluster.node(2).connect()) {
      while (!done.get() && written < ELEMENTS) {
        for (int i = 0; i < PIPELINE; i++) {
          client.send(kind.change(written++));
        }
        client.flush();
        for (int i = 0; i < PIPELINE; i++) {
          client.read();
        }
      }
      return written;
    } catch (IOException trouble) {
      throw new IllegalStateException(trouble);
    }
  }

  private static Sum sum(InputStream in) {
    try {
      long items = number(in, '*');
      Sum sum = Sum.NOTHING;
      for (long i = 0; i < items; i++) {
        byte[] item = in.readNBytes((int) number(in, '$'));
        in.skipNBytes(2);
        sum = sum.with(item);
      }
      return sum;
    } catch (IOException trouble) {
      throw new IllegalStateException(trouble);
    }
  }

  private static long number(InputStream in, char type) throws IOException {
    int first = in.read();
    if (first != type) {
      throw new EOFException("not " + type + " but " + (char) first);
    }
    long number = 0;
    for (int digit = in.read(); digit != '\r'; digit = in.read()) {
      if (digit < '0' || digit > '9') {
        throw new EOFException("the reply ended or is malformed");
      }
      number = number * 10 + digit - '0';
    }
    in.skipNBytes(1);
    return number;
  }
}
