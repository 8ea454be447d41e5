package io.pika.cli.transfer;

import io.pika.proxy.rdb.RdbValue;
import io.pika.proxy.rdb.StreamDump;
import io.pika.proxy.rdb.StreamDump.Consumer;
import io.pika.proxy.rdb.StreamDump.Entry;
import io.pika.proxy.rdb.StreamDump.Facts;
import io.pika.proxy.rdb.StreamDump.Group;
import io.pika.proxy.rdb.StreamDump.Id;
import io.pika.proxy.rdb.StreamDump.Pending;

/**
 * A sum over a value's elements that does not depend on their order, unless the order is part of the value. Times at which
 * something was last seen or delivered are not in it: commands do not tell them exactly.
 */
public final class ValueDigest implements RdbValue, StreamDump.Sink {
  private static final int ENTRY = 1;
  private static final int LAST = 2;
  private static final int GROUP = 3;
  private static final int PENDING = 4;
  private static final int CONSUMER = 5;
  private static final int OWNED = 6;

  private final Fingerprint fingerprint = new Fingerprint();
  private long elements;
  private long sum;
  private byte[] group = {};
  private byte[] consumer = {};

  public long elements() {
    return elements;
  }

  public long sum() {
    return sum;
  }

  @Override
  public void string(byte[] value) {
    elements = value.length;
    sum += fingerprint.take(value).end();
  }

  @Override
  public void item(byte[] item) {
    sum += fingerprint.take(elements++).take(item).end();
  }

  @Override
  public void member(byte[] member) {
    elements++;
    sum += fingerprint.take(member).end();
  }

  @Override
  public void field(byte[] field, byte[] value) {
    elements++;
    sum += fingerprint.take(field).take(value).end();
  }

  @Override
  public void scored(byte[] member, double score) {
    elements++;
    // There is one zero.
    sum += fingerprint.take(member).take(Double.doubleToLongBits(score + 0.0)).end();
  }

  @Override
  public StreamDump.Sink stream() {
    return this;
  }

  @Override
  public void entry(Entry entry) {
    elements++;
    take(ENTRY, entry.id());
    entry.fieldsAndValues().forEach(fingerprint::take);
    sum += fingerprint.end();
  }

  @Override
  public void facts(Facts facts) {
    sum += take(LAST, facts.last()).end();
  }

  @Override
  public void group(Group told) {
    group = told.name();
    sum += take(GROUP, told.last()).take(group).end();
  }

  @Override
  public void pending(Pending told) {
    sum += take(PENDING, told.id()).take(group).take(told.deliveries()).end();
  }

  @Override
  public void consumer(Consumer told) {
    consumer = told.name();
    sum += fingerprint.take(CONSUMER).take(group).take(consumer).end();
  }

  @Override
  public boolean owned(Id id) {
    sum += take(OWNED, id).take(group).take(consumer).end();
    return true;
  }

  private Fingerprint take(int what, Id id) {
    return fingerprint.take(what).take(id.ms()).take(id.sequence());
  }
}
