package io.pika.cli.redis;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLSocketFactory;

/**
 * A connection to a server: commands go into a buffer, {@link #flush} sends them, replies are read in their order. For
 * one thread, but one may send while another reads. Every read has a time limit.
 */
public final class RedisConnection implements AutoCloseable {
  private static final int BUFFER_BYTES = 64 << 10;
  private static final int CONNECT_MS = 5_000;
  private static final int LINE_MAX = 64 << 10;
  private static final byte[] LINE_END = {'\r', '\n'};

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;

  private RedisConnection(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES);
    this.out = new BufferedOutputStream(socket.getOutputStream(), BUFFER_BYTES);
  }

  /** Connects, logs in and selects. Throws {@link RedisTrouble} where that is refused. */
  public static RedisConnection open(RedisAddress address, Duration replyTimeout) throws IOException {
    RedisConnection connection = connect(address, replyTimeout);
    try {
      connection.login(address);
      String database = address.database();
      if (database != null) {
        connection.demand("SELECT", database);
      }
      return connection;
    } catch (IOException trouble) {
      connection.close();
      throw trouble;
    }
  }

  /** Connects, and no more. */
  private static RedisConnection connect(RedisAddress address, Duration replyTimeout) throws IOException {
    Socket socket = new Socket();
    try {
      socket.setTcpNoDelay(true);
      socket.connect(new InetSocketAddress(address.host(), address.port()), CONNECT_MS);
      socket.setSoTimeout(Math.toIntExact(replyTimeout.toMillis()));
      if (address.tls()) {
        SSLSocketFactory tls = (SSLSocketFactory) SSLSocketFactory.getDefault();
        socket = tls.createSocket(socket, address.host(), address.port(), true);
      }
      return new RedisConnection(socket);
    } catch (IOException trouble) {
      socket.close();
      throw new IOException(address + " cannot be reached: " + trouble.getMessage(), trouble);
    }
  }

  private void login(RedisAddress address) throws IOException {
    String user = address.user();
    String password = address.password();
    if (password == null) {
      return;
    }
    if (user == null) {
      demand("AUTH", password);
    } else {
      demand("AUTH", user, password);
    }
  }

  /** A command whose reply is awaited; throws {@link RedisTrouble} with the server's words if it is an error. */
  public RedisReply demand(String... words) throws IOException {
    RedisReply reply = call(words);
    if (reply.isError()) {
      throw new RedisTrouble(reply.text());
    }
    return reply;
  }

  public RedisReply call(String... words) throws IOException {
    byte[][] bytes = new byte[words.length][];
    for (int i = 0; i < words.length; i++) {
      bytes[i] = words[i].getBytes(StandardCharsets.UTF_8);
    }
    return call(bytes);
  }

  public RedisReply call(byte[]... words) throws IOException {
    send(words);
    flush();
    return read();
  }

  public void send(byte[]... words) throws IOException {
    head('*', words.length);
    for (byte[] word : words) {
      head('$', word.length);
      out.write(word);
      out.write(LINE_END);
    }
  }

  private void head(char type, int number) throws IOException {
    out.write(type);
    out.write(Integer.toString(number).getBytes(StandardCharsets.US_ASCII));
    out.write(LINE_END);
  }

  public void flush() throws IOException {
    out.flush();
  }

  public RedisReply read() throws IOException {
    int type = next();
    return switch (type) {
      case '+' -> new RedisReply.Simple(line());
      case '-' -> new RedisReply.Err(line());
      case ':' -> new RedisReply.Int(number());
      case '$' -> bulk(number());
      case '*' -> items(number());
      default ->
        throw new RedisTrouble("this does not speak the Redis protocol: a reply begins with byte " + type);
    };
  }

  /** A line as it is; for the parts of a replica's stream that are no replies. */
  public String line() throws IOException {
    StringBuilder text = new StringBuilder();
    for (int each = next(); each != '\n'; each = next()) {
      text.append((char) each);
      if (text.length() > LINE_MAX) {
        throw new RedisTrouble("this does not speak the Redis protocol: a line without an end");
      }
    }
    int length = text.length();
    return length > 0 && text.charAt(length - 1) == '\r' ? text.substring(0, length - 1) : text.toString();
  }

  /** What comes is read by somebody else from now on. */
  public InputStream in() {
    return in;
  }

  private RedisReply bulk(long length) throws IOException {
    if (length < 0) {
      return RedisReply.NIL;
    }
    byte[] bytes = in.readNBytes(Math.toIntExact(length));
    if (bytes.length < length) {
      throw closed();
    }
    line();
    return new RedisReply.Bulk(bytes);
  }

  private RedisReply items(long count) throws IOException {
    if (count < 0) {
      return RedisReply.NIL;
    }
    List<RedisReply> values = new ArrayList<>();
    for (long i = 0; i < count; i++) {
      values.add(read());
    }
    return new RedisReply.Items(values);
  }

  private long number() throws IOException {
    String digits = line();
    try {
      return Long.parseLong(digits);
    } catch (NumberFormatException none) {
      throw new RedisTrouble("this does not speak the Redis protocol: no number but " + digits);
    }
  }

  private int next() throws IOException {
    int each = in.read();
    if (each < 0) {
      throw closed();
    }
    return each;
  }

  private static EOFException closed() {
    return new EOFException("the other side closed the connection");
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException gone) {
      // It is of no more use whatever happens.
      return;
    }
  }
}
