package io.pika.tests.bench.load;

import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** One client of the load: at most one batch is on its way. */
final class Connection implements AutoCloseable {
  private final int number;
  private final SocketChannel channel;
  private final SelectionKey key;
  private final ReplySkipper skipper = new ReplySkipper();
  /** What is not written yet; null when all is. */
  private @Nullable ByteBuffer unsent;
  private int awaited;
  private long dueNs;

  private Connection(int number, SocketChannel channel, Selector selector) throws IOException {
    this.number = number;
    this.channel = channel;
    key = channel.register(selector, SelectionKey.OP_READ, this);
  }

  static Connection open(int number, int port, Selector selector) throws IOException {
    SocketChannel channel = SocketChannel.open();
    try {
      channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      channel.configureBlocking(false);
      return new Connection(number, channel, selector);
    } catch (IOException trouble) {
      channel.close();
      throw trouble;
    }
  }

  int number() {
    return number;
  }

  /** When the batch that is on its way was due. */
  long dueNs() {
    return dueNs;
  }

  void send(ByteBuffer requests, int replies, long due) throws IOException {
    awaited = replies;
    dueNs = due;
    channel.write(requests);
    if (requests.hasRemaining()) {
      unsent = requests;
      key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
    }
  }

  void sendRest() throws IOException {
    ByteBuffer rest = unsent;
    if (rest != null) {
      channel.write(rest);
      if (!rest.hasRemaining()) {
        unsent = null;
        key.interestOps(SelectionKey.OP_READ);
      }
    }
  }

  /** Reads what is there; how many replies came to their end. */
  int receive(ByteBuffer buffer) throws IOException {
    buffer.clear();
    if (channel.read(buffer) < 0) {
      throw new EOFException("the server closed a connection");
    }
    int replies = skipper.take(buffer.flip());
    awaited -= replies;
    if (skipper.errors() > 0) {
      throw new IOException("the server answers: " + skipper.firstError());
    }
    if (awaited < 0) {
      throw new IOException("the server sent more replies than there were requests");
    }
    return replies;
  }

  boolean isAnswered() { return awaited == 0; }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
