package io.pika.tests.faults;

import io.pika.testkit.process.Member;
import java.io.IOException;
import java.util.List;

/** A client that writes keys of its own while processes die, and knows what must be there. One thread runs it. */
interface CrashLoad extends Runnable {
  /** Ends {@link #run} soon. Any thread. */
  void stop();

  /** Writes that were answered. Any thread. */
  long acknowledged();

  /** Compares every key, as the node gives it. Only after {@link #run} has ended. */
  void checkAll(Member node) throws IOException;

  /** What was found that cannot be right; empty is good. */
  List<String> complaints();

  /** What it did, for the report. */
  String summary();
}
