package io.pika.proxy.rdb;

import io.pika.core.bytes.Bytes;
import io.pika.proxy.rdb.StreamDump.Consumer;
import io.pika.proxy.rdb.StreamDump.Entry;
import io.pika.proxy.rdb.StreamDump.Facts;
import io.pika.proxy.rdb.StreamDump.Group;
import io.pika.proxy.rdb.StreamDump.Id;
import io.pika.proxy.rdb.StreamDump.Pending;
import io.pika.proxy.rdb.StreamDump.WrittenConsumer;
import io.pika.proxy.rdb.StreamDump.WrittenGroup;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A value in plain lists and maps, read from RDB bytes and written to them. */
public final class Model implements StreamDump.Sink {
  private static final long CLOCK_MS = 600_000;

  final RdbType type;
  /** Items, members, or fields and values in turn, in the order in which they came. */
  final List<Bytes> items = new ArrayList<>();
  final List<SortedSetDump.Scored> scored = new ArrayList<>();
  final List<Entry> entries = new ArrayList<>();
  final List<GroupModel> groups = new ArrayList<>();
  Facts facts = new Facts(0, Id.ZERO, Id.ZERO, Id.ZERO, 0);

  /** A group with what belongs to it. */
  static final class GroupModel {
    final Group group;
    final Map<Id, Pending> pending = new TreeMap<>();
    final Map<Id, Consumer> owners = new TreeMap<>();
    final Map<Consumer, List<Id>> consumers = new LinkedHashMap<>();
    @Nullable Consumer last;

    GroupModel(Group group) {
      this.group = group;
    }
  }

  private Model(RdbType type) {
    this.type = type;
  }

  static Model read(byte[] payload, long bytesMax) {
    RdbReader in = Payload.read(payload, bytesMax);
    Model model = new Model(in.takeType());
    switch (model.type.kind()) {
      case STRING -> model.item(StringDump.read(in));
      case LIST -> ListDump.read(model.type, in, model::item);
      case SET -> SetDump.read(model.type, in, model::item);
      case HASH -> HashDump.read(model.type, in, (field, value) -> {
        model.item(field);
        model.item(value);
      });
      case ZSET -> SortedSetDump.read(model.type, in,
          (member, score) -> model.scored.add(new SortedSetDump.Scored(member, score)));
      case STREAM -> StreamReader.read(model.type, in, model);
    }
    return model;
  }

  /** The value in the reply of DUMP. */
  public static Model ofBulk(byte[] reply) {
    int start = new String(reply, StandardCharsets.ISO_8859_1).indexOf('\n') + 1;
    return read(Arrays.copyOfRange(reply, start, reply.length - 2), Integer.MAX_VALUE);
  }

  byte[] written() {
    RdbWriter out = new RdbWriter(Long.MAX_VALUE);
    long max = Long.MAX_VALUE;
    switch (type.kind()) {
      case STRING -> StringDump.write(out, items.getFirst().array());
      case LIST -> ListDump.write(out, all(), max);
      case SET -> SetDump.write(out, items.size(), all(), max);
      case HASH -> HashDump.write(out, items.size() / 2, all(), max);
      case ZSET -> SortedSetDump.write(out, scored.size(), ascending()::forEach,
          ascending().reversed()::forEach, max);
      case STREAM -> StreamWriter.write(out, entries::forEach, facts, groups.size(),
          groups.stream().map(Model::written).toList()::forEach, max);
    }
    return Payload.of(out);
  }

  /** What it holds, in an order of its own where it has none, and without instants, for they pass. */
  public String content() {
    StringBuilder text = new StringBuilder(type.kind().name());
    List<String> parts = new ArrayList<>();
    if (type.kind() == RdbType.Kind.HASH) {
      for (int i = 0; i < items.size(); i += 2) {
        parts.add(items.get(i) + "=" + items.get(i + 1));
      }
    } else {
      items.forEach(item -> parts.add(item.toString()));
    }
    scored.forEach(each -> parts.add(Bytes.of(each.member()) + "=" + (each.score() + 0.0)));
    if (type.kind() == RdbType.Kind.HASH || type.kind() == RdbType.Kind.SET
        || type.kind() == RdbType.Kind.ZSET) {
      Collections.sort(parts);
    }
    text.append(parts).append(facts.length()).append(shown(facts.last())).append(shown(facts.first()))
        .append(shown(facts.largestDeleted())).append(facts.added());
    entries.forEach(
        entry -> text.append(shown(entry.id()))
            .append(entry.fieldsAndValues().stream().map(Bytes::of).toList()));
    for (GroupModel each : groups) {
      text.append(Bytes.of(each.group.name())).append(shown(each.group.last()))
          .append(each.group.entriesRead());
      each.pending.values().forEach(pending -> text.append(shown(pending.id())).append(pending.deliveries()));
      each.consumers.forEach((consumer, ids) -> text.append(Bytes.of(consumer.name()))
          .append(ids.stream().map(Model::shown).toList()));
    }
    return text.toString();
  }

  /** IDs that the clock made are others on each side. */
  private static String shown(Id id) {
    return Math.abs(id.ms() - System.currentTimeMillis()) < CLOCK_MS ? "now" : id.toString();
  }

  private void item(byte[] item) {
    items.add(Bytes.of(item));
  }

  private Items<byte[]> all() {
    return to -> items.forEach(item -> to.accept(item.array()));
  }

  private List<SortedSetDump.Scored> ascending() {
    return scored.stream().sorted((one, other) -> {
      int order = Double.compare(one.score(), other.score());
      return order == 0 ? Arrays.compareUnsigned(one.member(), other.member()) : order;
    }).toList();
  }

  private static WrittenGroup written(GroupModel each) {
    List<WrittenConsumer> consumers = new ArrayList<>();
    each.consumers.forEach((consumer, ids) -> consumers
        .add(new WrittenConsumer(consumer, ids.size(), ids::forEach)));
    return new WrittenGroup(each.group, each.pending.size(), each.pending.values()::forEach,
        consumers.size(), consumers::forEach);
  }

  @Override
  public void entry(Entry entry) {
    entries.add(entry);
  }

  @Override
  public void facts(Facts all) {
    facts = all;
  }

  @Override
  public void group(Group group) {
    groups.add(new GroupModel(group));
  }

  @Override
  public void pending(Pending pending) {
    groups.getLast().pending.put(pending.id(), pending);
  }

  @Override
  public void consumer(Consumer consumer) {
    groups.getLast().consumers.put(consumer, new ArrayList<>());
    groups.getLast().last = consumer;
  }

  @Override
  public boolean owned(Id id) {
    GroupModel group = groups.getLast();
    Consumer last = Objects.requireNonNull(group.last);
    Objects.requireNonNull(group.consumers.get(last)).add(id);
    return group.pending.containsKey(id) && group.owners.put(id, last) == null;
  }
}
