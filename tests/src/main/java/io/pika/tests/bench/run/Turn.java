package io.pika.tests.bench.run;

import io.pika.tests.bench.load.Outcome;
import io.pika.tests.bench.server.ProcessFigures;

/**
 * What one server did in one turn, and what it took for it, until it was quiet again.
 *
 * @param rssBytes at the end
 * @param writtenBytes to the disk
 */
public record Turn(Outcome outcome, double cpuSeconds, long rssBytes, long writtenBytes) {
  static Turn of(Outcome outcome, ProcessFigures before, ProcessFigures after) {
    return new Turn(outcome, after.cpuSeconds() - before.cpuSeconds(), after.rssBytes(),
        after.writtenBytes() - before.writtenBytes());
  }

  double perSecond() {
    return outcome.perSecond();
  }
}
