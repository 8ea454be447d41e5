package io.pika.node.command;

import io.pika.node.store.KeySpace;
import io.pika.node.type.BitField;
import io.pika.node.type.Bitmaps;
import io.pika.node.type.Strings;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import java.util.ArrayList;
import java.util.List;

/** The bitmap commands of Redis 7.0. The order of checks is Redis': BITCOUNT, say, looks at the key before its range. */
final class BitmapCommands {
  private static final Reply.Err BAD_BIT = Reply.error("ERR bit is not an integer or out of range");
  private static final RefusalException NEITHER_BIT = new RefusalException(
      "ERR The bit argument must be 1 or 0.");
  private static final RefusalException NOT_OF_ONE = new RefusalException(
      "ERR BITOP NOT must be called with a single source key.");
  private static final RefusalException READS_ONLY = new RefusalException(
      "ERR BITFIELD_RO only supports the GET subcommand");

  private final Strings strings;

  BitmapCommands(Strings strings) {
    this.strings = strings;
  }

  void bind(Handlers handlers) {
    handlers.on(Command.BITCOUNT, this::bitCount);
    handlers.on(Command.BITFIELD, this::bitField);
    handlers.on(Command.BITFIELD_RO, this::bitFieldReadOnly);
    handlers.on(Command.BITOP, BitmapCommands::bitOp);
    handlers.on(Command.BITPOS, this::bitPos);
    handlers.on(Command.GETBIT, this::getBit);
    handlers.on(Command.SETBIT, this::setBit);
  }

  private Reply getBit(Args args, KeySpace keys) {
    byte[] key = args.takeBytes();
    return Reply.of(Bitmaps.get(keys, key, offset(args)));
  }

  private Reply setBit(Args args, KeySpace keys) {
    byte[] key = args.takeBytes();
    long offset = offset(args);
    int bit = (int) args.takeLong(0, 1, BAD_BIT);
    return Reply.of(Bitmaps.set(keys, key, offset, bit));
  }

  private long offset(Args args) {
    return BitFieldSteps.offset(args.takeBytes(), strings.valueBytesMax());
  }

  private Reply bitCount(Args args, KeySpace keys) {
    byte[] value = strings.get(keys, args.takeBytes());
    if (value == null) {
      return Reply.ZERO;
    }
    if (!args.hasNext()) {
      return Reply.of(Bitmaps.count(value, 0, 8L * value.length - 1));
    }
    if (args.remaining() != 2 && args.remaining() != 3) {
      throw new RefusalException(Reply.SYNTAX_ERROR);
    }
    long start = args.takeLong();
    long end = args.takeLong();
    if (start < 0 && end < 0 && start > end) {
      return Reply.ZERO;
    }
    BitRange range = BitRange.of(start, end, BitRange.takeUnit(args), value.length);
    return Reply.of(Bitmaps.count(value, range.first(), range.last()));
  }

  private Reply bitPos(Args args, KeySpace keys) {
    byte[] key = args.takeBytes();
    long bit = args.takeLong();
    if (bit != 0 && bit != 1) {
      throw NEITHER_BIT;
    }
    byte[] value = strings.get(keys, key);
    if (value == null) {
      return bit == 1 ? Reply.MINUS_ONE : Reply.ZERO;
    }
    if (args.remaining() > 3) {
      throw new RefusalException(Reply.SYNTAX_ERROR);
    }
    long start = args.hasNext() ? args.takeLong() : 0;
    boolean ends = args.hasNext();
    BitRange range = ends
        ? endingRange(args, start, value.length)
        : BitRange.of(start, -1, BitRange.Unit.BYTE, value.length);
    long position = Bitmaps.position(value, (int) bit, range.first(), range.last());
    // Without an end, the string goes on with zeros for ever.
    boolean behind = position < 0 && bit == 0 && !ends && range.first() <= range.last();
    return Reply.of(behind ? 8L * value.length : position);
  }

  /** The unit is read before the end is: which of two errors shows. */
  private static BitRange endingRange(Args args, long start, int bytes) {
    byte[] end = args.takeBytes();
    BitRange.Unit unit = BitRange.takeUnit(args);
    return BitRange.of(start, Words.number(end), unit, bytes);
  }

  private static Reply bitOp(Args args, KeySpace keys) {
    Bitmaps.Operation operation = takeOperation(args);
    byte[] target = args.takeBytes();
    if (operation == Bitmaps.Operation.NOT && args.remaining() != 1) {
      throw NOT_OF_ONE;
    }
    List<byte[]> sources = new ArrayList<>(args.remaining());
    while (args.hasNext()) {
      sources.add(args.takeBytes());
    }
    return Reply.of(Bitmaps.combine(keys, operation, target, sources));
  }

  private static Bitmaps.Operation takeOperation(Args args) {
    for (Bitmaps.Operation operation : Bitmaps.Operation.values()) {
      if (args.takeIf(operation.name())) {
        return operation;
      }
    }
    throw new RefusalException(Reply.SYNTAX_ERROR);
  }

  private Reply bitField(Args args, KeySpace keys) {
    byte[] key = args.takeBytes();
    return run(key, BitFieldSteps.parse(args, strings.valueBytesMax()), keys);
  }

  private Reply bitFieldReadOnly(Args args, KeySpace keys) {
    byte[] key = args.takeBytes();
    List<BitField.Step> steps = BitFieldSteps.parse(args, strings.valueBytesMax());
    if (!steps.stream().allMatch(BitField.Get.class::isInstance)) {
      throw READS_ONLY;
    }
    return run(key, steps, keys);
  }

  private static Reply run(byte[] key, List<BitField.Step> steps, KeySpace keys) {
    List<Reply> replies = new ArrayList<>(steps.size());
    for (Long result : Bitmaps.fields(keys, key, steps)) {
      replies.add(result == null ? Reply.NIL : Reply.of(result));
    }
    return Reply.array(replies);
  }
}
