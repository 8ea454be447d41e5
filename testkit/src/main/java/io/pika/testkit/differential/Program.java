package io.pika.testkit.differential;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Commands that run one after the other on an empty key space.
 *
 * @param seed the program comes from it again, given the same grammar
 * @param protocol 2 or 3
 */
public record Program(long seed, int protocol, List<Call> calls) {
  public Program {
    calls = List.copyOf(calls);
  }

  Program without(int from, int count) {
    List<Call> rest = new ArrayList<>(calls);
    rest.subList(from, from + count).clear();
    return new Program(seed, protocol, rest);
  }

  @Override
  public String toString() {
    return "seed " + seed + "L, RESP" + protocol + "\n"
        + calls.stream().map(call -> "  " + call).collect(Collectors.joining("\n"));
  }
}
