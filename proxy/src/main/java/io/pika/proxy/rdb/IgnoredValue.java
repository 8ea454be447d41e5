package io.pika.proxy.rdb;

/** Takes any value and forgets it: what is not wanted must be read all the same, for only its end tells where it is. */
public class IgnoredValue implements RdbValue, StreamDump.Sink {
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
  public void entry(StreamDump.Entry entry) {}

  @Override
  public void facts(StreamDump.Facts facts) {}

  @Override
  public void group(StreamDump.Group group) {}

  @Override
  public void pending(StreamDump.Pending pending) {}

  @Override
  public void consumer(StreamDump.Consumer consumer) {}

  @Override
  public boolean owned(StreamDump.Id id) {
    return true;
  }
}
