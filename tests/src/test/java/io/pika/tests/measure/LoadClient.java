package io.pika.tests.measure;

import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * A connection that takes as little as it can of the processor that the measured server shares: requests are sent as
 * bytes that were made before, replies are counted and not kept. An error reply is a failure.
 */
final class LoadClient implements AutoCloseable {
  private static final int BUFFER_BYTES = 256 << 10;

  private final Socket socket = new Socket();
  private final InputStream in;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int at;
  private int end;

  LoadClient(int port, Duration patience) throws IOException {
    socket.setTcpNoDelay(true);
    socket.connect(new InetSocketAddress("127.0.0.1", port));
    socket.setSoTimeout(Math.toIntExact(patience.toMillis()));
    in = socket.getInputStream();
  }

  static byte[] request(String... words) {
    ByteArrayOutputStream request = new ByteArrayOutputStream();
    request.writeBytes(ascii("*" + words.length + "\r\n"));
    for (String word : words) {
      byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
      request.writeBytes(ascii("$" + bytes.length + "\r\n"));
      request.writeBytes(bytes);
      request.writeBytes(ascii("\r\n"));
    }
    return request.toByteArray();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  void send(byte[] requests) throws IOException {
    socket.getOutputStream().write(requests);
  }

  /** Reads so many replies. */
  void skip(int replies) throws IOException {
    long left = replies;
    while (left > 0) {
      byte type = next();
      long number = line(type);
      left--;
      switch (type) {
        case '+', ':' -> {
        }
        case '$' -> skipBytes(number < 0 ? 0 : number + 2);
        case '*' -> left += Math.max(0, number);
        default -> throw new IOException("a reply of type " + (char) type);
      }
    }
  }

  /** The rest of a line, as a number where it is one. */
  private long line(byte type) throws IOException {
    StringBuilder error = new StringBuilder();
    boolean negative = false;
    long number = 0;
    for (byte each = next(); each != '\r'; each = next()) {
      if (type == '-') {
        error.append((char) each);
      } else if (each == '-') {
        negative = true;
      } else {
        number = 10 * number + each - '0';
      }
    }
    next();
    if (type == '-') {
      throw new IOException("the server answers: " + error);
    }
    return negative ? -number : number;
  }

  private void skipBytes(long count) throws IOException {
    long left = count;
    while (left > 0) {
      if (at == end) {
        fill();
      }
      int step = (int) Math.min(left, end - at);
      at += step;
      left -= step;
    }
  }

  private byte next() throws IOException {
    if (at == end) {
      fill();
    }
    return buffer[at++];
  }

  private void fill() throws IOException {
    at = 0;
    end = Math.max(0, in.read(buffer));
    if (end == 0) {
      throw new EOFException("the other side closed the connection");
    }
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
