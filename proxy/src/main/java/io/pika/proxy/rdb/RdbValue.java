package io.pika.proxy.rdb;

/** Takes a value as it is read, piece by piece; a value has one kind, and calls of that kind only. */
public interface RdbValue {
  void string(byte[] value);

  /** The next item of a list. */
  void item(byte[] item);

  /** A member of a set. */
  void member(byte[] member);

  void field(byte[] field, byte[] value);

  /** A member of a sorted set. */
  void scored(byte[] member, double score);

  StreamDump.Sink stream();

  /** Reads what follows a type. */
  static void read(RdbType type, RdbReader in, RdbValue to) {
    switch (type.kind()) {
      case STRING -> to.string(StringDump.read(in));
      case LIST -> ListDump.read(type, in, to::item);
      case SET -> SetDump.read(type, in, to::member);
      case HASH -> HashDump.read(type, in, to::field);
      case ZSET -> SortedSetDump.read(type, in, to::scored);
      case STREAM -> StreamReader.read(type, in, to.stream());
    }
  }
}
