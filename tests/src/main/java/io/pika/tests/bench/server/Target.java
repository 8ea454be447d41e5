package io.pika.tests.bench.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * A server under load.
 *
 * @param port where the load goes, on loopback
 * @param pids of all processes that work for it
 */
public record Target(String name, int port, List<Long> pids) {
  public Target {
    pids = List.copyOf(pids);
  }

  public ProcessFigures figures() {
    try {
      return ProcessFigures.of(pids);
    } catch (IOException gone) {
      throw new UncheckedIOException(name + " has ended", gone);
    }
  }
}
