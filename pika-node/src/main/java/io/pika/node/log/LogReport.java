package io.pika.node.log;

import java.nio.file.Path;
import java.util.List;

/**
 * What opening the log found.
 *
 * @param records how many were handed out
 * @param cutBytes length of the torn tail that was cut: a frame that was being written when the process or the
 *     machine stopped; nobody had been told that it is safe
 * @param moved side files with what lay after damage that the operator accepted
 */
public record LogReport(long records, long cutBytes, List<Path> moved) {
  public LogReport {
    moved = List.copyOf(moved);
  }
}
