package io.pika.testkit.differential;

import io.pika.testkit.wire.RespConnection;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A server that speaks the Redis protocol: a redis-server, a node, a gateway. It is emptied by FLUSHDB before each
 * program. A program goes out as one pipeline.
 */
public final class RespTarget implements Target {
  /** What goes before each program: it may have been left in the middle of a transaction. */
  private static final int PREPARATIONS = 3;
  private static final Duration REPLY = Duration.ofSeconds(20);

  private final RespConnection resp2;
  private final RespConnection resp3;

  /** @param preface what each connection says first, such as AUTH and SELECT; all must be answered without an error */
  public RespTarget(String host, int port, Call... preface) {
    try {
      this.resp2 = connect(host, port, preface);
      this.resp3 = connect(host, port, preface);
      expectNoError(resp3, Call.of("HELLO", "3"));
    } catch (IOException trouble) {
      throw new UncheckedIOException(trouble);
    }
  }

  @Override
  public List<byte[]> run(int protocol, List<Call> calls) {
    RespConnection connection = protocol == 3 ? resp3 : resp2;
    try {
      connection.send("DISCARD");
      connection.send("UNWATCH");
      connection.send("FLUSHDB");
      for (Call call : calls) {
        connection.send(call.array());
      }
      connection.flush();
      for (int i = 0; i < PREPARATIONS; i++) {
        connection.read();
      }
      List<byte[]> replies = new ArrayList<>(calls.size());
      for (Call call : calls) {
        replies.add(reply(connection, call, replies.size()));
      }
      return replies;
    } catch (IOException trouble) {
      throw new UncheckedIOException(trouble);
    }
  }

  private static byte[] reply(RespConnection connection, Call call, int before) throws IOException {
    try {
      return connection.readRaw();
    } catch (SocketTimeoutException silence) {
      throw new IllegalStateException(
          "port %d gave no reply to %s, after %d".formatted(connection.port(), call, before), silence);
    }
  }

  @Override
  public void close() {
    try (resp2; resp3) {
      resp2.flush();
    } catch (IOException gone) {
      throw new UncheckedIOException(gone);
    }
  }

  private static RespConnection connect(String host, int port, Call... preface) throws IOException {
    RespConnection connection = RespConnection.open(host, port, REPLY);
    for (Call call : preface) {
      expectNoError(connection, call);
    }
    return connection;
  }

  private static void expectNoError(RespConnection connection, Call call) throws IOException {
    var reply = connection.call(call.array());
    if (reply.isError()) {
      throw new IllegalStateException(call.name() + " was answered " + reply);
    }
  }
}
