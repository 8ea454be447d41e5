package io.pika.cli.transfer;

import io.pika.proxy.rdb.IgnoredValue;
import io.pika.proxy.rdb.RdbType.Kind;
import org.jspecify.annotations.Nullable;

/** Counts, and writes nothing. */
public final class DryRun implements KeyTaker {
  private final Tally tally;

  public DryRun(Tally tally) {
    this.tally = tally;
  }

  @Override
  public ValueTaker key(byte[] name, Kind kind, long expireAtMs) {
    tally.written(kind);
    return new Nothing();
  }

  @Override
  public void library(byte[] code) {
    tally.note("there are libraries of functions in the source");
  }

  @Override
  public void reached(Place place) {
    // Nothing was written that could be on its way.
  }

  @Override
  public void end(Place place) {
    // As above.
  }

  private static final class Nothing extends IgnoredValue implements ValueTaker {
    @Override
    public void end(byte @Nullable [] dump) {}
  }
}
