package io.pika.cli.transfer;

import io.pika.proxy.rdb.RdbType.Kind;
import io.pika.proxy.rdb.StreamDump;
import io.pika.proxy.rdb.StreamDump.Consumer;
import io.pika.proxy.rdb.StreamDump.Entry;
import io.pika.proxy.rdb.StreamDump.Facts;
import io.pika.proxy.rdb.StreamDump.Group;
import io.pika.proxy.rdb.StreamDump.Id;
import io.pika.proxy.rdb.StreamDump.Pending;
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

  /** Takes any value and forgets it. */
  public static final class Nothing implements ValueTaker, StreamDump.Sink {
    @Override
    public void string(byte[] value) {}

    @Override
    public void item(byte[] item) {}

    @Override
    public void member(byte[] member) {}

    @Override
    public void field(byte[] field, byte[] value) {}

    @Override
    public void scored(byte[] member, double score) {}

    @Override
    public StreamDump.Sink stream() {
      return this;
    }

    @Override
    public void entry(Entry entry) {}

    @Override
    public void facts(Facts facts) {}

    @Override
    public void group(Group group) {}

    @Override
    public void pending(Pending pending) {}

    @Override
    public void consumer(Consumer consumer) {}

    @Override
    public boolean owned(Id id) {
      return true;
    }

    @Override
    public void end(byte @Nullable [] dump) {}
  }
}
