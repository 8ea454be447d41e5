package io.pika.cli.transfer;

import io.pika.proxy.rdb.StreamDump;
import io.pika.proxy.rdb.StreamDump.Consumer;
import io.pika.proxy.rdb.StreamDump.Entry;
import io.pika.proxy.rdb.StreamDump.Facts;
import io.pika.proxy.rdb.StreamDump.Group;
import io.pika.proxy.rdb.StreamDump.Id;
import io.pika.proxy.rdb.StreamDump.Pending;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** A value that is taken and digested at once. @param done hears of the digest of the whole value */
record BothTakers(ValueTaker first, ValueDigest digest, java.util.function.Consumer<ValueDigest> done)
    implements
      ValueTaker {
  @Override
  public void string(byte[] value) {
    digest.string(value);
    first.string(value);
  }

  @Override
  public void item(byte[] item) {
    digest.item(item);
    first.item(item);
  }

  @Override
  public void member(byte[] member) {
    digest.member(member);
    first.member(member);
  }

  @Override
  public void field(byte[] field, byte[] value) {
    digest.field(field, value);
    first.field(field, value);
  }

  @Override
  public void scored(byte[] member, double score) {
    digest.scored(member, score);
    first.scored(member, score);
  }

  @Override
  public StreamDump.Sink stream() {
    return new BothSinks(first.stream(), digest);
  }

  @Override
  public void end(byte @Nullable [] dump) throws IOException {
    first.end(dump);
    done.accept(digest);
  }

  private record BothSinks(StreamDump.Sink first, ValueDigest digest) implements StreamDump.Sink {
    @Override
    public void entry(Entry entry) {
      digest.entry(entry);
      first.entry(entry);
    }

    @Override
    public void facts(Facts facts) {
      digest.facts(facts);
      first.facts(facts);
    }

    @Override
    public void group(Group group) {
      digest.group(group);
      first.group(group);
    }

    @Override
    public void pending(Pending pending) {
      digest.pending(pending);
      first.pending(pending);
    }

    @Override
    public void consumer(Consumer consumer) {
      digest.consumer(consumer);
      first.consumer(consumer);
    }

    @Override
    public boolean owned(Id id) {
      return digest.owned(id) && first.owned(id);
    }
  }
}
