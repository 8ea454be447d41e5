package io.pika.node.server;

import com.sun.management.ThreadMXBean;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.pika.node.log.FsyncMode;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What a command costs between the bytes that a socket gave and the bytes that it is to send, by CPU time and by what it
 * allocates: one connection of a real node without network, and keys that all are in the memory tier. Run by hand:
 * commands, pipeline length, seconds.
 */
final class CommandPathBench {
  private static final int KEYS = 2_000;
  private static final int SLOTS = 64;
  private static final int READS = 512;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  private CommandPathBench() {}

  /** A connection of a client on this machine. */
  private static final class LocalChannel extends EmbeddedChannel {
    @Override
    protected SocketAddress remoteAddress0() {
      return new InetSocketAddress(InetAddress.getLoopbackAddress(), 1);
    }
  }

  public static void main(String[] args) throws Exception {
    String[] commands = args.length > 0 ? args[0].split(",") : new String[]{"GET", "SET", "INCR"};
    int pipeline = args.length > 1 ? Integer.parseInt(args[1]) : 16;
    int seconds = args.length > 2 ? Integer.parseInt(args[2]) : 3;
    Path directory = Files.createTempDirectory("command-path");
    try (ServedNode node = new ServedNode(directory, FsyncMode.EVERYSEC)) {
      node.put(ServedNode.table(0, "default", SLOTS, ""));
      EmbeddedChannel channel = new LocalChannel();
      channel.pipeline().addLast(node.server.accept(channel));
      run(channel, reads("SET", KEYS, 1));
      for (int round = 0; round < 2; round++) {
        for (String command : commands) {
          measure(channel, command, pipeline, seconds);
        }
      }
      channel.close();
    }
    System.exit(0);
  }

  private static void measure(EmbeddedChannel channel, String command, int pipeline, int seconds) {
    List<byte[]> reads = reads(command, pipeline, READS);
    long end = System.nanoTime() + seconds * 1_000_000_000L;
    long cpu = THREADS.getCurrentThreadCpuTime();
    long bytes = THREADS.getCurrentThreadAllocatedBytes();
    long operations = 0;
    while (System.nanoTime() < end) {
      run(channel, reads);
      operations += (long) reads.size() * pipeline;
    }
    System.out.printf("%s P%d: %.3f us, %d bytes allocated%n", command, pipeline,
        (THREADS.getCurrentThreadCpuTime() - cpu) / 1_000.0 / operations,
        (THREADS.getCurrentThreadAllocatedBytes() - bytes) / operations);
  }

  private static void run(EmbeddedChannel channel, List<byte[]> reads) {
    for (byte[] read : reads) {
      ByteBuf in = channel.alloc().directBuffer(read.length).writeBytes(read);
      channel.writeInbound(in);
      for (ByteBuf out = channel.readOutbound(); out != null; out = channel.readOutbound()) {
        if (out.getByte(0) == '-') {
          throw new IllegalStateException(out.toString(StandardCharsets.UTF_8));
        }
        out.release();
      }
    }
  }

  private static List<byte[]> reads(String command, int pipeline, int count) {
    SplittableRandom random = new SplittableRandom(1);
    List<byte[]> reads = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      ByteBuf read = Unpooled.buffer();
      for (int j = 0; j < pipeline; j++) {
        int number = pipeline == KEYS ? j : random.nextInt(KEYS);
        String key = command.equals("INCR") ? "number:" + number : "key:%012d".formatted(number);
        String[] words = command.equals("SET")
            ? new String[]{"SET", key, "x".repeat(100)}
            : new String[]{command, key};
        StringBuilder text = new StringBuilder("*" + words.length + "\r\n");
        for (String word : words) {
          text.append('$').append(word.length()).append("\r\n").append(word).append("\r\n");
        }
        read.writeBytes(text.toString().getBytes(StandardCharsets.US_ASCII));
      }
      byte[] bytes = new byte[read.readableBytes()];
      read.readBytes(bytes);
      reads.add(bytes);
    }
    return reads;
  }
}
