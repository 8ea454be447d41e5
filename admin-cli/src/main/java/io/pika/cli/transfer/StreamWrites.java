package io.pika.cli.transfer;

import io.pika.proxy.rdb.StreamDump;
import io.pika.proxy.rdb.StreamDump.Consumer;
import io.pika.proxy.rdb.StreamDump.Entry;
import io.pika.proxy.rdb.StreamDump.Facts;
import io.pika.proxy.rdb.StreamDump.Group;
import io.pika.proxy.rdb.StreamDump.Id;
import io.pika.proxy.rdb.StreamDump.Pending;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * A stream as commands, those that Redis writes when it rewrites its log. Lost is what no command can say: pending entries
 * that are no entries any more, and when a consumer was last seen.
 */
final class StreamWrites implements StreamDump.Sink {
  /** Stands for the key's name, which is not known yet. */
  private static final byte[] KEY = {};

  private final LongConsumer account;
  private final List<byte[][]> commands = new ArrayList<>();
  private long entries;
  private byte[] group = {};
  private byte[] consumer = {};
  private PendingList pending = new PendingList();

  /** @param account hears of the bytes of each command */
  StreamWrites(LongConsumer account) {
    this.account = account;
  }

  /** The commands so far, for the key of that name; they are forgotten here. */
  List<byte[][]> take(byte[] key) {
    for (byte[][] command : commands) {
      for (int i = 1; i < command.length; i++) {
        command[i] = command[i] == KEY ? key : command[i];
      }
    }
    List<byte[][]> taken = List.copyOf(commands);
    commands.clear();
    return taken;
  }

  @Override
  public void entry(Entry entry) {
    List<byte[]> words = new ArrayList<>(List.of(ascii("XADD"), KEY, text(entry.id())));
    words.addAll(entry.fieldsAndValues());
    entries++;
    add(words);
  }

  @Override
  public void facts(Facts facts) {
    if (entries == 0) {
      // A stream without entries is one whose only entry went at once.
      Id any = facts.last().equals(Id.ZERO) ? new Id(0, 1) : facts.last();
      add(List.of(ascii("XADD"), KEY, ascii("MAXLEN"), ascii("0"), text(any), ascii("x"), ascii("y")));
    }
    add(List.of(ascii("XSETID"), KEY, text(facts.last()), ascii("ENTRIESADDED"),
        number(facts.added()), ascii("MAXDELETEDID"), text(facts.largestDeleted())));
  }

  @Override
  public void group(Group told) {
    group = told.name();
    pending = new PendingList();
    add(List.of(ascii("XGROUP"), ascii("CREATE"), KEY, group, text(told.last()), ascii("ENTRIESREAD"),
        number(told.entriesRead())));
  }

  @Override
  public void pending(Pending told) {
    pending.add(told);
  }

  @Override
  public void consumer(Consumer told) {
    consumer = told.name();
    add(List.of(ascii("XGROUP"), ascii("CREATECONSUMER"), KEY, group, consumer));
  }

  @Override
  public boolean owned(Id id) {
    int at = pending.find(id);
    if (at < 0) {
      return false;
    }
    add(List.of(ascii("XCLAIM"), KEY, group, consumer, ascii("0"), text(id), ascii("TIME"),
        number(pending.deliveredAtMs[at]), ascii("RETRYCOUNT"), number(pending.deliveries[at]),
        ascii("FORCE"),
        ascii("JUSTID")));
    return true;
  }

  private void add(List<byte[]> words) {
    commands.add(words.toArray(byte[][]::new));
    long bytes = 0;
    for (byte[] word : words) {
      bytes += word.length + Long.BYTES;
    }
    account.accept(bytes);
  }

  private static byte[] text(Id id) {
    return ascii(Long.toUnsignedString(id.ms()) + "-" + Long.toUnsignedString(id.sequence()));
  }

  private static byte[] number(long number) {
    return ascii(Long.toString(number));
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  /** A group's pending entries, ascending: they are told before their consumers, so they wait here, as numbers only. */
  private static final class PendingList {
    private static final int FIRST = 64;

    private long[] ms = new long[FIRST];
    private long[] sequence = new long[FIRST];
    private long[] deliveredAtMs = new long[FIRST];
    private long[] deliveries = new long[FIRST];
    private int size;

    void add(Pending told) {
      if (size == ms.length) {
        ms = Arrays.copyOf(ms, 2 * size);
        sequence = Arrays.copyOf(sequence, 2 * size);
        deliveredAtMs = Arrays.copyOf(deliveredAtMs, 2 * size);
        deliveries = Arrays.copyOf(deliveries, 2 * size);
      }
      ms[size] = told.id().ms();
      sequence[size] = told.id().sequence();
      deliveredAtMs[size] = told.deliveredAtMs();
      deliveries[size++] = told.deliveries();
    }

    /** Negative: it is not there. */
    int find(Id id) {
      int low = 0;
      int high = size - 1;
      while (low <= high) {
        int middle = (low + high) >>> 1;
        int order = new Id(ms[middle], sequence[middle]).compareTo(id);
        if (order == 0) {
          return middle;
        }
        if (order < 0) {
          low = middle + 1;
        } else {
          high = middle - 1;
        }
      }
      return -1;
    }
  }
}
