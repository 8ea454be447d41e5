package io.pika.node.store;

import io.pika.node.history.Digest;
import io.pika.node.history.History;
import io.pika.node.history.Position;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Comparator;

/**
 * The bytes of the store's keys and values. What is here is on disks: it never changes, it is added to.
 *
 * <pre>
 * key in RocksDB: | table u32 | slot u16 | slot-relative key |
 * slot-relative:  | 0x00 |                             slot header
 *                 | 0x01 | key |                       metadata, and the value of a string: see Entry
 *                 | 0x02 | collection u64 | name |   element of a collection: see CollectionHead
 *                 | 0x03...0x7e |                      for later
 *                 | 0x7f | expireAtMs u64 | key |      expiry index, no value
 * slot header:    | version u8 | epoch u64 | index u64 | keys u64 | digest u64 | history | copied |
 * copied:         nothing, or | whole u8 | log position u64 | index u64 |, see Copied
 * the store's own: table 0xFFFFFFFF, slot 0: | 'a' | -> log position u64; | 'd' | table u32 | -> log position u64
 * </pre>
 */
final class Layout {
  static final Comparator<byte[]> ORDER = Arrays::compareUnsigned;
  private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class,
      ByteOrder.BIG_ENDIAN);

  static final byte HEADER = 0x00;
  static final byte META = 0x01;
  static final byte ELEMENT = 0x02;
  static final byte EXPIRY = 0x7f;
  static final int PREFIX_BYTES = 6;

  static final byte[] HEADER_KEY = {HEADER};
  /** All keys of a slot but its header lie from here, */
  static final byte[] DATA_FROM = {META};
  /** to here, exclusive. */
  static final byte[] DATA_TO = {(byte) 0x80};
  static final byte[] META_FROM = {META};
  static final byte[] META_TO = {META + 1};
  static final byte[] EXPIRY_FROM = {EXPIRY};
  static final byte[] EXPIRY_TO = {(byte) 0x80};
  static final byte[] NO_VALUE = {};

  static final int OWN_TABLE = 0xFFFFFFFF;
  static final byte[] APPLIED = key(prefix(OWN_TABLE, 0), new byte[]{'a'});
  static final byte[] DROPPED_FROM = key(prefix(OWN_TABLE, 0), new byte[]{'d'});
  static final byte[] DROPPED_TO = key(prefix(OWN_TABLE, 0), new byte[]{'e'});

  /** Without digest and history, which then begin with it. */
  private static final byte FIRST_HEADER_VERSION = 1;
  /** Of a slot that was never copied from another node. */
  private static final byte HEADER_VERSION = 2;
  private static final byte COPIED_HEADER_VERSION = 3;
  private static final int COPIED_BYTES = 1 + 2 * 8;
  private static final int HEADER_BYTES = 1 + 4 * 8;
  private static final int ENTRY_HEADER_BYTES = 9;
  private static final int ELEMENT_HEADER_BYTES = 9;

  /**
   * @param keys count of keys in the slot after the record (epoch, index)
   * @param digest over all records up to there
   */
  record SlotHeader(long epoch, long index, long keys, long digest, History history, Copied copied) {
    static final SlotHeader NONE = new SlotHeader(0, 0, 0, Digest.NONE, History.NONE, Copied.NEVER);

    static SlotHeader of(SlotSummary summary, Copied copied) {
      return new SlotHeader(summary.newest().epoch(), summary.newest().index(), summary.keys(),
          summary.digest(),
          summary.history(), copied);
    }

    SlotHeader with(Copied other) {
      return new SlotHeader(epoch, index, keys, digest, history, other);
    }

    SlotSummary summary() {
      return new SlotSummary(new Position(epoch, index), digest, history, keys);
    }

    /** Whether a record is already in what this header stands for. */
    boolean covers(long recordEpoch, long recordIndex) {
      return recordEpoch < epoch || recordEpoch == epoch && recordIndex <= index;
    }
  }

  private Layout() {}

  static byte[] prefix(int table, int slot) {
    return ByteBuffer.allocate(PREFIX_BYTES).putInt(table).putShort((short) slot).array();
  }

  static byte[] key(byte[] prefix, byte[] relative) {
    byte[] key = Arrays.copyOf(prefix, prefix.length + relative.length);
    System.arraycopy(relative, 0, key, prefix.length, relative.length);
    return key;
  }

  /** The slot-relative part of a key in RocksDB. */
  static byte[] relative(byte[] key) {
    return Arrays.copyOfRange(key, PREFIX_BYTES, key.length);
  }

  static int tableOf(byte[] key) {
    return ByteBuffer.wrap(key).getInt();
  }

  static int slotOf(byte[] key) {
    return Short.toUnsignedInt(ByteBuffer.wrap(key).getShort(4));
  }

  /** The first key that belongs to the table. */
  static byte[] tableFrom(int table) {
    return ByteBuffer.allocate(4).putInt(table).array();
  }

  static byte[] meta(byte[] userKey) {
    byte[] key = new byte[userKey.length + 1];
    key[0] = META;
    System.arraycopy(userKey, 0, key, 1, userKey.length);
    return key;
  }

  /** The user's key in a metadata key. */
  static byte[] userKey(byte[] metaKey) {
    return Arrays.copyOfRange(metaKey, 1, metaKey.length);
  }

  static byte[] expiry(long atMs, byte[] userKey) {
    return ByteBuffer.allocate(9 + userKey.length).put(EXPIRY).putLong(atMs).put(userKey).array();
  }

  static long dueOf(byte[] expiryKey) {
    return ByteBuffer.wrap(expiryKey).getLong(1);
  }

  static byte[] userKeyOfExpiry(byte[] expiryKey) {
    return Arrays.copyOfRange(expiryKey, 9, expiryKey.length);
  }

  static byte[] element(long collection, byte[] name) {
    byte[] key = new byte[ELEMENT_HEADER_BYTES + name.length];
    key[0] = ELEMENT;
    LONG.set(key, 1, collection);
    System.arraycopy(name, 0, key, ELEMENT_HEADER_BYTES, name.length);
    return key;
  }

  /** The name in an element's key. */
  static byte[] nameOf(byte[] elementKey) {
    return Arrays.copyOfRange(elementKey, ELEMENT_HEADER_BYTES, elementKey.length);
  }

  /** Behind all elements of a collection. */
  static byte[] elementsTo(long collection) {
    return element(collection + 1, NO_VALUE);
  }

  /** Whether an encoded entry's value is in elements, under the number that {@link #collectionOf} reads. */
  static boolean isCollection(byte[] entryBytes) {
    return entryBytes[0] != Entry.STRING;
  }

  static long collectionOf(byte[] entryBytes) {
    return (long) LONG.get(entryBytes, ENTRY_HEADER_BYTES);
  }

  static byte[] dropped(int table) {
    return ByteBuffer.allocate(DROPPED_FROM.length + 4).put(DROPPED_FROM).putInt(table).array();
  }

  static int droppedTable(byte[] key) {
    return ByteBuffer.wrap(key).getInt(DROPPED_FROM.length);
  }

  static byte[] position(long position) {
    return ByteBuffer.allocate(8).putLong(position).array();
  }

  static long position(byte[] bytes) {
    return ByteBuffer.wrap(bytes).getLong();
  }

  static byte[] encode(SlotHeader header) {
    boolean wasCopied = header.copied() != Copied.NEVER;
    ByteBuffer out = ByteBuffer
        .allocate(HEADER_BYTES + header.history().bytes() + (wasCopied ? COPIED_BYTES : 0))
        .put(wasCopied ? COPIED_HEADER_VERSION : HEADER_VERSION)
        .putLong(header.epoch()).putLong(header.index()).putLong(header.keys()).putLong(header.digest());
    header.history().write(out);
    if (wasCopied) {
      Copied copied = header.copied();
      out.put((byte) (copied.whole() ? 1 : 0)).putLong(copied.logPosition()).putLong(copied.index());
    }
    return out.array();
  }

  static SlotHeader header(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    byte version = in.get();
    if (version < FIRST_HEADER_VERSION || version > COPIED_HEADER_VERSION) {
      throw new IllegalStateException("slot header of unknown version " + version);
    }
    Position newest = new Position(in.getLong(), in.getLong());
    long keys = in.getLong();
    if (version == FIRST_HEADER_VERSION) {
      return new SlotHeader(newest.epoch(), newest.index(), keys, Digest.NONE, History.since(newest),
          Copied.NEVER);
    }
    long digest = in.getLong();
    History history = History.read(in);
    Copied copied = version == COPIED_HEADER_VERSION
        ? new Copied(in.get() == 1, in.getLong(), in.getLong())
        : Copied.NEVER;
    return new SlotHeader(newest.epoch(), newest.index(), keys, digest, history, copied);
  }

  static byte[] encode(Entry entry) {
    byte[] value = entry.value();
    byte[] bytes = new byte[ENTRY_HEADER_BYTES + value.length];
    bytes[0] = entry.type();
    LONG.set(bytes, 1, entry.expireAtMs());
    System.arraycopy(value, 0, bytes, ENTRY_HEADER_BYTES, value.length);
    return bytes;
  }

  static Entry entry(byte[] bytes) {
    return new Entry(bytes[0], expireAt(bytes), Arrays.copyOfRange(bytes, ENTRY_HEADER_BYTES, bytes.length));
  }

  /** The expiry instant in an encoded entry, without decoding the rest. */
  static long expireAt(byte[] entryBytes) {
    return (long) LONG.get(entryBytes, 1);
  }

  static boolean expired(byte[] entryBytes, long nowMs) {
    long at = expireAt(entryBytes);
    return at != 0 && at <= nowMs;
  }

  static byte[] withExpiry(byte[] entryBytes, long atMs) {
    byte[] changed = entryBytes.clone();
    LONG.set(changed, 1, atMs);
    return changed;
  }
}
