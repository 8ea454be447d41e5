package io.pika.proxy.rdb;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Lists in the RDB format. Written is a quicklist, cut as Redis cuts one that grows at its end.
 *
 * <pre>| nodes | container 1 | the item itself | , | container 2 | listpack of items | ... |</pre>
 */
public final class ListDump {
  /** An item in a node of its own. */
  private static final int PLAIN = 1;
  private static final int PACKED = 2;
  /** list-max-listpack-size -2. */
  private static final int NODE_BYTES_MAX = 8192;
  /** What Redis counts for an item beside its bytes. */
  private static final int OVERHEAD_BYTES = 8;
  /** Longer items are not packed. */
  private static final int PACKED_ITEM_MAX = (1 << 30) - 1;

  private ListDump() {}

  /** Writes type and value. @param bytesMax see {@link RdbWriter} */
  public static void write(RdbWriter out, Items<byte[]> items, long bytesMax) {
    // The count of nodes comes first, so the nodes wait.
    Nodes nodes = new Nodes(bytesMax);
    items.each(nodes::add);
    nodes.close();
    out.putType(RdbType.LIST_QUICKLIST_2);
    out.putLength(nodes.count);
    out.putAll(nodes.out.bytes());
  }

  /** What follows the type, item by item. */
  public static void read(RdbType type, RdbReader in, Consumer<byte[]> each) {
    switch (type) {
      case LIST -> {
        for (long left = in.takePositiveCount(); left > 0; left--) {
          each.accept(in.takeString());
        }
      }
      case LIST_ZIPLIST -> readAll(new Ziplist(in.takePack()), in, each);
      case LIST_QUICKLIST -> {
        for (long left = in.takePositiveCount(); left > 0; left--) {
          readAll(new Ziplist(in.takePack()), in, each);
        }
      }
      case LIST_QUICKLIST_2 -> {
        for (long left = in.takePositiveCount(); left > 0; left--) {
          readNode(in, each);
        }
      }
      default -> throw new IllegalStateException(type + " is no list");
    }
  }

  private static void readNode(RdbReader in, Consumer<byte[]> each) {
    long container = in.takeLength();
    if (container == PLAIN) {
      each.accept(in.takeString());
    } else if (container == PACKED) {
      readAll(new Listpack(in.takePack()), in, each);
    } else {
      throw new DamagedException("no node of a list");
    }
  }

  private static void readAll(Packed items, RdbReader in, Consumer<byte[]> each) {
    while (items.hasNext()) {
      byte[] item = items.next();
      in.account(item.length);
      each.accept(item);
    }
  }

  /** Cuts a list into nodes. */
  private static final class Nodes {
    private final RdbWriter out;
    private final long bytesMax;
    private long count;
    private @Nullable ListpackWriter open;

    Nodes(long bytesMax) {
      this.out = new RdbWriter(bytesMax);
      this.bytesMax = bytesMax;
    }

    void add(byte[] item) {
      if (item.length > PACKED_ITEM_MAX) {
        close();
        out.putLength(PLAIN);
        out.putString(item);
        count++;
        return;
      }
      if (open != null && open.bytes() + item.length + OVERHEAD_BYTES > NODE_BYTES_MAX) {
        close();
      }
      if (open == null) {
        open = new ListpackWriter(bytesMax);
      }
      open.add(item);
    }

    void close() {
      if (open != null) {
        out.putLength(PACKED);
        out.putString(open.finish());
        count++;
        open = null;
      }
    }
  }
}
