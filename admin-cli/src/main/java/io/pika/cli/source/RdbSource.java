package io.pika.cli.source;

import io.pika.cli.transfer.Choice;
import io.pika.cli.transfer.KeyFeed;
import io.pika.cli.transfer.KeyTaker;
import io.pika.cli.transfer.Meter;
import io.pika.cli.transfer.Place;
import io.pika.cli.transfer.Samples;
import io.pika.cli.transfer.Tally;
import io.pika.cli.transfer.ValueTaker;
import io.pika.proxy.rdb.IgnoredValue;
import io.pika.proxy.rdb.RdbEntry;
import io.pika.proxy.rdb.RdbEntry.Aux;
import io.pika.proxy.rdb.RdbEntry.Key;
import io.pika.proxy.rdb.RdbEntry.Library;
import io.pika.proxy.rdb.RdbEntry.Sizes;
import io.pika.proxy.rdb.RdbFile;
import io.pika.proxy.rdb.RdbType.Kind;
import java.io.IOException;

/** Gives the keys of an RDB file to a taker. */
final class RdbSource {
  private final Choice choice;
  private final KeyTaker taker;
  private final Samples samples;
  private final Tally tally;
  private final Meter meter;

  RdbSource(Choice choice, KeyTaker taker, Samples samples, Tally tally, Meter meter) {
    this.choice = choice;
    this.taker = taker;
    this.samples = samples;
    this.tally = tally;
    this.meter = meter;
  }

  /** Returns when the file has ended, its checksum is right, and everything is where it belongs. */
  void read(RdbFile file) throws IOException {
    while (true) {
      // From before the end, who goes on finds the end.
      Place before = new Place.InRdb(file.position());
      RdbEntry entry = file.next();
      switch (entry) {
        case null -> {
          taker.end(before);
          return;
        }
        case Key key -> readKey(file, key);
        case Library(byte[] code) -> taker.library(code);
        case Aux _,Sizes _ -> {
          continue;
        }
      }
      meter.bytes(file.offset());
      taker.reached(new Place.InRdb(file.position()));
    }
  }

  private void readKey(RdbFile file, Key key) throws IOException {
    if (!isWanted(key)) {
      file.value(new IgnoredValue());
      return;
    }
    Kind kind = key.type().kind();
    ValueTaker value = samples.watch(taker.key(key.name(), kind, key.expireAtMs()), key.name(), kind,
        key.expireAtMs());
    file.keepValue(KeyFeed.WHOLE_BYTES);
    file.value(value);
    value.end(file.keptValue(key.type()));
  }

  private boolean isWanted(Key key) {
    if (!choice.takesDatabase(key.database())) {
      tally.otherDatabase(key.database());
      return false;
    }
    if (!choice.takesKey(key.name())) {
      tally.unmatched();
      return false;
    }
    if (key.expireAtMs() != 0 && key.expireAtMs() <= System.currentTimeMillis()) {
      tally.expired();
      return false;
    }
    return true;
  }
}
