package io.pika.testkit.differential;

import java.util.List;

/** A system under test. One thread at a time. */
public interface Target extends AutoCloseable {
  /** Empties the key space, runs the calls in order, and returns each reply as its bytes on the wire. */
  List<byte[]> run(int protocol, List<Call> calls);

  @Override
  void close();
}
