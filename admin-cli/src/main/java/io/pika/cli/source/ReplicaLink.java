package io.pika.cli.source;

import io.pika.cli.redis.RedisAddress;
import io.pika.cli.redis.RedisConnection;
import io.pika.cli.redis.RedisTrouble;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.function.LongConsumer;

/**
 * A connection to a server as one of its replicas (Redis 7.0 {@code replication.c}).
 *
 * <pre>
 * PSYNC ? -1           +FULLRESYNC id offset, then the RDB file: $length file, or $EOF:mark file mark
 * PSYNC id offset+1    +CONTINUE [id]
 * then                 the commands; each byte of them counts
 * </pre>
 */
final class ReplicaLink implements AutoCloseable {
  private static final Duration REPLY = Duration.ofSeconds(60);
  private static final int MARK_BYTES = 40;
  private static final int COPY_BYTES = 64 << 10;

  private final RedisConnection connection;
  private final String id;
  private final long offset;
  private final boolean isFull;

  /**
   * How a source answered.
   *
   * @param id names the source's history
   * @param offset of the first command that follows
   */
  private ReplicaLink(RedisConnection connection, String id, long offset, boolean isFull) {
    this.connection = connection;
    this.id = id;
    this.offset = offset;
    this.isFull = isFull;
  }

  /** Everything, from the start. */
  static ReplicaLink full(RedisAddress source) throws IOException {
    return open(source, "?", -1);
  }

  /** What comes from an offset on; {@link #isFull} if the source has not kept it. */
  static ReplicaLink from(RedisAddress source, String id, long offset) throws IOException {
    return open(source, id, offset);
  }

  private static ReplicaLink open(RedisAddress source, String id, long offset) throws IOException {
    RedisConnection connection = RedisConnection.open(source.withDatabase(null), REPLY);
    try {
      connection.call("REPLCONF", "listening-port", "0");
      connection.call("REPLCONF", "capa", "eof", "capa", "psync2");
      send(connection, "PSYNC", id, offset < 0 ? "-1" : Long.toString(offset + 1));
      String answer = lineOf(connection);
      String[] words = answer.split(" ");
      if (words[0].equals("+FULLRESYNC") && words.length >= 3) {
        return new ReplicaLink(connection, words[1], Long.parseLong(words[2]), true);
      }
      if (words[0].equals("+CONTINUE") && offset >= 0) {
        return new ReplicaLink(connection, words.length > 1 ? words[1] : id, offset, false);
      }
      if (answer.startsWith("-NOMASTERLINK") || answer.startsWith("-LOADING")) {
        throw new RedisTrouble(answer.substring(1));
      }
      throw new ReplicationRefusedException(answer.replaceFirst("^-", ""));
    } catch (IOException trouble) {
      connection.close();
      throw trouble;
    }
  }

  String id() {
    return id;
  }

  long offset() {
    return offset;
  }

  boolean isFull() { return isFull; }

  /** Of a spool that goes on with this. @param start offset of the first command behind the RDB file */
  ReplicaIdentity identity(long start) {
    return new ReplicaIdentity(id, start);
  }

  /** Writes the RDB file to disk. @param progress hears how many bytes there are */
  void saveRdb(Path file, LongConsumer total, LongConsumer progress) throws IOException {
    String head = lineOf(connection);
    if (!head.startsWith("$")) {
      throw new RedisTrouble("no RDB file comes, but " + head);
    }
    try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(file))) {
      if (head.startsWith("$EOF:")) {
        copyToMark(head.substring("$EOF:".length()).getBytes(StandardCharsets.US_ASCII), out, progress);
      } else {
        long length = Long.parseLong(head.substring(1));
        total.accept(length);
        copy(length, out, progress);
      }
    }
  }

  private void copy(long length, OutputStream out, LongConsumer progress) throws IOException {
    byte[] buffer = new byte[COPY_BYTES];
    for (long left = length; left > 0;) {
      int count = connection.in().read(buffer, 0, (int) Math.min(left, buffer.length));
      if (count < 0) {
        throw new EOFException("the source closed the connection while it sent its RDB file");
      }
      out.write(buffer, 0, count);
      left -= count;
      progress.accept(length - left);
    }
  }

  /** The source sends nothing behind the mark before it is told that we are ready. */
  private void copyToMark(byte[] mark, OutputStream out, LongConsumer progress) throws IOException {
    if (mark.length != MARK_BYTES) {
      throw new RedisTrouble("the mark at the end of the RDB file has " + mark.length + " bytes");
    }
    byte[] buffer = new byte[COPY_BYTES];
    int held = 0;
    long written = 0;
    while (true) {
      int count = connection.in().read(buffer, held, buffer.length - held);
      if (count < 0) {
        throw new EOFException("the source closed the connection while it sent its RDB file");
      }
      held += count;
      int surplus = held - MARK_BYTES;
      if (surplus >= 0 && Arrays.equals(buffer, surplus, held, mark, 0, MARK_BYTES)) {
        out.write(buffer, 0, surplus);
        return;
      }
      // What may be the mark's beginning stays.
      if (surplus > 0) {
        out.write(buffer, 0, surplus);
        System.arraycopy(buffer, surplus, buffer, 0, MARK_BYTES);
        held = MARK_BYTES;
        written += surplus;
        progress.accept(written);
      }
    }
  }

  /** The commands; this is read by one thread, while another one acknowledges. */
  InputStream commands() {
    return connection.in();
  }

  void acknowledge(long done) throws IOException {
    send(connection, "REPLCONF", "ACK", Long.toString(done));
  }

  private static void send(RedisConnection connection, String... words) throws IOException {
    byte[][] bytes = new byte[words.length][];
    for (int i = 0; i < words.length; i++) {
      bytes[i] = words[i].getBytes(StandardCharsets.US_ASCII);
    }
    connection.send(bytes);
    connection.flush();
  }

  /** The next line; empty ones say only that the source is still there. */
  private static String lineOf(RedisConnection connection) throws IOException {
    String line = connection.line();
    while (line.isEmpty()) {
      line = connection.line();
    }
    return line;
  }

  @Override
  public void close() {
    connection.close();
  }
}
