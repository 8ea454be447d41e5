package io.pika.testkit.wire;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A connection that sends what it is told, valid or not, and returns each reply parsed or as its exact bytes.
 * One thread at a time, but one thread may send while another reads. Every read has the deadline given at
 * opening; a late reply is a {@link SocketTimeoutException}.
 */
public final class RespConnection implements AutoCloseable {
  private static final int BUFFER_BYTES = 64 << 10;

  private final Socket socket;
  private final InputStream in;
  private final OutputStream out;
  /** Bytes of the reply that is being read. */
  private final ByteArrayOutputStream raw = new ByteArrayOutputStream();

  private RespConnection(Socket socket) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream(), BUFFER_BYTES);
    this.out = new BufferedOutputStream(socket.getOutputStream(), BUFFER_BYTES);
  }

  public static RespConnection open(String host, int port, Duration timeout) throws IOException {
    Socket socket = new Socket();
    try {
      socket.setTcpNoDelay(true);
      socket.connect(new InetSocketAddress(host, port), Math.toIntExact(timeout.toMillis()));
      socket.setSoTimeout(Math.toIntExact(timeout.toMillis()));
      return new RespConnection(socket);
    } catch (IOException trouble) {
      socket.close();
      throw trouble;
    }
  }

  /** The server's. */
  public int port() {
    return socket.getPort();
  }

  /** Sends one command and waits for its reply. */
  public RespValue call(String... command) throws IOException {
    send(command);
    flush();
    return read();
  }

  public RespValue call(byte[]... command) throws IOException {
    send(command);
    flush();
    return read();
  }

  /** Puts a command into the buffer; {@link #flush} sends it. */
  public void send(String... command) throws IOException {
    byte[][] bytes = new byte[command.length][];
    for (int i = 0; i < command.length; i++) {
      bytes[i] = command[i].getBytes(StandardCharsets.UTF_8);
    }
    send(bytes);
  }

  public void send(byte[]... command) throws IOException {
    out.write(("*" + command.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
    for (byte[] argument : command) {
      out.write(("$" + argument.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
      out.write(argument);
      out.write('\r');
      out.write('\n');
    }
  }

  /** Puts bytes into the buffer as they are. */
  public void sendRaw(byte[] bytes) throws IOException {
    out.write(bytes);
  }

  public void flush() throws IOException {
    out.flush();
  }

  public void timeout(Duration timeout) throws IOException {
    socket.setSoTimeout(Math.toIntExact(timeout.toMillis()));
  }

  /** No more bytes from this side; the other side's replies can still be read. */
  public void shutdownOutput() throws IOException {
    out.flush();
    socket.shutdownOutput();
  }

  public RespValue read() throws IOException {
    raw.reset();
    return readValue();
  }

  /** The next reply as it stood on the wire. */
  public byte[] readRaw() throws IOException {
    read();
    return raw.toByteArray();
  }

  /** Everything until the other side closes, or until the deadline has passed without a byte. */
  public byte[] readToEnd() throws IOException {
    return in.readAllBytes();
  }

  /** Gone at once: the other side hears of it although it may have bytes to read. */
  public void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }

  private RespValue readValue() throws IOException {
    int type = next();
    return switch (type) {
      case '+' -> new RespValue.Simple(line());
      case '-' -> new RespValue.Err(line());
      case ':' -> new RespValue.Int(Long.parseLong(line()));
      case '_' -> {
        line();
        yield new RespValue.Null();
      }
      case ',', '#', '(' -> new RespValue.Scalar((char) type, line());
      case '$', '!', '=' -> sized((char) type, Integer.parseInt(line()));
      case '*', '%', '~', '>' -> aggregate((char) type, Integer.parseInt(line()));
      default -> throw new IOException("reply begins with byte " + type + " after " + raw.size() + " bytes");
    };
  }

  private RespValue sized(char type, int length) throws IOException {
    if (length < 0) {
      return new RespValue.Null();
    }
    byte[] content = in.readNBytes(length);
    if (content.length < length || in.read() != '\r' || in.read() != '\n') {
      throw new EOFException("a bulk of " + length + " bytes does not end where it should");
    }
    raw.write(content);
    raw.write('\r');
    raw.write('\n');
    return switch (type) {
      case '$' -> new RespValue.Bulk(content);
      case '!' -> new RespValue.Err(new String(content, StandardCharsets.UTF_8));
      default -> new RespValue.Scalar(type, new String(content, StandardCharsets.UTF_8));
    };
  }

  private RespValue aggregate(char type, int size) throws IOException {
    if (size < 0) {
      return new RespValue.Null();
    }
    int count = type == '%' ? 2 * size : size;
    List<RespValue> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      values.add(readValue());
    }
    return new RespValue.Aggregate(type, values);
  }

  private String line() throws IOException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    for (int each = next(); each != '\r'; each = next()) {
      text.write(each);
    }
    if (next() != '\n') {
      throw new IOException("a line ends in a carriage return alone: " + text);
    }
    return text.toString(StandardCharsets.UTF_8);
  }

  private int next() throws IOException {
    int each = in.read();
    if (each < 0) {
      throw new EOFException("the other side closed the connection");
    }
    raw.write(each);
    return each;
  }
}
