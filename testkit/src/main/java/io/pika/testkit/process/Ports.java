package io.pika.testkit.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;

/**
 * Free ports on loopback, below the range that the system takes for outgoing connections: a process that was
 * killed must find its port free when it comes back. One instance for a test process: no port is given twice. Test
 * processes that run side by side have ranges of their own, by the number that the build gives them.
 */
final class Ports {
  private static final int FIRST = 21_000;
  private static final int RANGE = 4_000;
  private static final int RANGES = 2;
  private static final int ATTEMPTS = 1_000;

  private final Set<Integer> given = new HashSet<>();
  private final Random random;
  private final int first;

  /** @param process number of this test process among those that run side by side, from 1 */
  Ports(Random random, int process) {
    this.random = random;
    this.first = FIRST + (process - 1) % RANGES * RANGE;
  }

  synchronized int free() {
    for (int i = 0; i < ATTEMPTS; i++) {
      int port = random.nextInt(first, first + RANGE);
      if (!given.contains(port) && isFree(port)) {
        given.add(port);
        return port;
      }
    }
    throw new IllegalStateException("no free port between " + first + " and " + (first + RANGE));
  }

  private static boolean isFree(int port) {
    try (ServerSocket probe = new ServerSocket()) {
      probe.setReuseAddress(true);
      probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      return true;
    } catch (IOException taken) {
      return false;
    }
  }
}
