package io.pika.node.type;

import io.pika.node.store.ElementWalk;
import io.pika.node.store.Entry;
import io.pika.node.store.KeySpace;
import io.pika.proxy.rdb.DamagedException;
import io.pika.proxy.rdb.HashDump;
import io.pika.proxy.rdb.Items;
import io.pika.proxy.rdb.ListDump;
import io.pika.proxy.rdb.Payload;
import io.pika.proxy.rdb.RdbReader;
import io.pika.proxy.rdb.RdbType;
import io.pika.proxy.rdb.RdbWriter;
import io.pika.proxy.rdb.SetDump;
import io.pika.proxy.rdb.SortedSetDump;
import io.pika.proxy.rdb.SortedSetDump.Scored;
import io.pika.proxy.rdb.StringDump;
import io.pika.proxy.rdb.TooLongException;
import io.pika.proxy.protocol.RefusalException;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * DUMP and RESTORE of a key of any type. A dump is in memory as a whole, so it is bounded by the length of a value; a
 * restored collection goes element by element to its place, bounded by what it takes in memory until it is logged.
 */
public final class Dumps {
  /** A payload is packed: what it stands for may take so many times the memory of the longest value. */
  private static final int UNPACKED = 2;
  private static final byte[] NO_VALUE = {};

  private final LongSupplier valueBytesMax;

  /** @param valueBytesMax see {@link Strings} */
  public Dumps(LongSupplier valueBytesMax) {
    this.valueBytesMax = valueBytesMax;
  }

  /** The payload; null: there is no such key. */
  public byte @Nullable [] dump(KeySpace keys, byte[] key) {
    Entry entry = keys.find(key);
    if (entry == null) {
      return null;
    }
    // A string is in memory already, and may be from a time when more was allowed.
    boolean string = entry.type() == Entry.STRING;
    long bytesMax = string ? Long.MAX_VALUE : valueBytesMax.getAsLong();
    RdbWriter out = new RdbWriter(bytesMax);
    try {
      write(keys, key, entry, out, bytesMax);
      return Payload.of(out);
    } catch (TooLongException e) {
      throw new RefusalException("ERR the dump would be longer than " + bytesMax
          + " bytes (proto-max-bulk-len)");
    }
  }

  /**
   * Writes the value in a payload, in place of whatever the key has.
   *
   * @param expireAtMs Unix time in milliseconds; 0: it stays; one that has passed deletes the key
   */
  public void restore(KeySpace keys, byte[] key, byte[] payload, long expireAtMs) {
    if (!Payload.isIntact(payload)) {
      throw Refusals.DAMAGED_DUMP;
    }
    long bytesMax = UNPACKED * valueBytesMax.getAsLong();
    try {
      RdbReader in = Payload.read(payload, bytesMax);
      read(keys, key, in.takeType(), in);
    } catch (DamagedException e) {
      throw Refusals.BAD_DUMP;
    } catch (TooLongException e) {
      throw new RefusalException("ERR the value would take more than " + bytesMax
          + " bytes of memory (see proto-max-bulk-len)");
    }
    if (expireAtMs != 0) {
      keys.expireAt(key, expireAtMs);
    }
  }

  private static void write(KeySpace keys, byte[] key, Entry entry, RdbWriter out, long bytesMax) {
    switch (entry.type()) {
      case Entry.STRING -> StringDump.write(out, entry.value());
      case Entry.HASH -> HashDump.write(out, Hashes.size(keys, key),
          to -> Hashes.each(keys, key, (field, value) -> {
            to.accept(field);
            to.accept(value);
          }), bytesMax);
      case Entry.SET -> SetDump.write(out, Sets.size(keys, key), to -> Sets.each(keys, key, to), bytesMax);
      case Entry.ZSET ->
        SortedSetDump.write(out, SortedSets.size(keys, key), members(keys, key, Direction.UP),
            members(keys, key, Direction.DOWN), bytesMax);
      case Entry.LIST -> ListDump.write(out, to -> eachItem(keys, key, to), bytesMax);
      case Entry.STREAM -> StreamDumps.write(keys, key, out, bytesMax);
      default -> throw new IllegalStateException("no type has code " + entry.type());
    }
  }

  private static void eachItem(KeySpace keys, byte[] key, Consumer<byte[]> to) {
    OpenList list = OpenList.find(keys, key, ListSpacing.WIDE);
    if (list != null) {
      try (ElementWalk walk = list.walk(ListEnd.LEFT, 0)) {
        while (walk.next()) {
          to.accept(walk.value());
        }
      }
    }
  }

  private static Items<Scored> members(KeySpace keys, byte[] key, Direction direction) {
    return to -> {
      SortedSet set = SortedSet.find(keys, key);
      if (set != null) {
        set.each(MemberRange.ALL, direction, Slice.WHOLE,
            (member, score) -> to.accept(new Scored(member, score)));
      }
    };
  }

  private static void read(KeySpace keys, byte[] key, RdbType type, RdbReader in) {
    switch (type.kind()) {
      case STRING -> keys.put(key, Entry.string(StringDump.read(in), 0));
      case HASH -> {
        CollectionKey hash = CollectionKey.make(keys, key, Entry.HASH);
        HashDump.read(type, in, (field, value) -> add(hash, field, value));
        save(hash);
      }
      case SET -> {
        CollectionKey set = CollectionKey.make(keys, key, Entry.SET);
        SetDump.read(type, in, member -> add(set, MemberHash.name(member), NO_VALUE));
        save(set);
      }
      case ZSET -> readSortedSet(keys, key, type, in);
      case LIST -> readList(keys, key, type, in);
      case STREAM -> StreamDumps.read(keys, key, type, in);
    }
  }

  private static void readList(KeySpace keys, byte[] key, RdbType type, RdbReader in) {
    OpenList list = OpenList.make(keys, key, ListSpacing.WIDE);
    ListDump.read(type, in, item -> list.add(ListEnd.RIGHT, item));
    refuseIf(list.size() == 0);
    list.save();
  }

  private static void readSortedSet(KeySpace keys, byte[] key, RdbType type, RdbReader in) {
    SortedSet set = SortedSet.make(keys, key);
    SortedSetDump.read(type, in, (member, score) -> {
      refuseIf(!Double.isNaN(set.score(member)));
      set.put(member, score, SortedSet.ABSENT);
    });
    refuseIf(set.size() == 0);
    set.save();
  }

  private static void add(CollectionKey collection, byte[] name, byte[] value) {
    refuseIf(collection.elements().get(name) != null);
    collection.elements().put(name, value);
    collection.grow(1);
  }

  private static void save(CollectionKey collection) {
    refuseIf(collection.size() == 0);
    collection.save();
  }

  /** Nothing is in a value twice, and none is empty. */
  private static void refuseIf(boolean damaged) {
    if (damaged) {
      throw Refusals.BAD_DUMP;
    }
  }
}
