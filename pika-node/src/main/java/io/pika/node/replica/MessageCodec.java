package io.pika.node.replica;

import io.netty.buffer.ByteBuf;
import io.pika.node.history.History;
import io.pika.node.history.Position;
import io.pika.node.log.LogSearch.Slot;
import io.pika.node.store.Following.End;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;

/**
 * The bytes of messages, big endian.
 *
 * <pre>
 * slot        | table u32 | slot u16 |
 * subscribe   | 1 | count u32 | slot, epoch u64 | newest epoch u64, index u64 | digest u64 | history |...
 * unsubscribe | 2 | count u32 | slot |...
 * acknowledge | 3 | number u64 |
 * turn down   | 4 | count u32 | slot, epoch u64 | reason u8 | common u64 |...
 * records     | 5 | number u64 | count u32 | slot, epoch u64 | digest u64 |... | records |
 * </pre>
 */
final class MessageCodec {
  private static final byte SUBSCRIBE = 1;
  private static final byte UNSUBSCRIBE = 2;
  private static final byte ACKNOWLEDGE = 3;
  private static final byte TURN_DOWN = 4;
  private static final byte RECORDS = 5;
  private static final int SHORTEST_ITEM = 6;

  private MessageCodec() {}

  static void write(Message message, ByteBuf out) {
    switch (message) {
      case Message.Subscribe subscribe -> {
        out.writeByte(SUBSCRIBE).writeInt(subscribe.wishes().size());
        subscribe.wishes().forEach(wish -> write(wish, out));
      }
      case Message.Unsubscribe unsubscribe -> {
        out.writeByte(UNSUBSCRIBE).writeInt(unsubscribe.slots().size());
        unsubscribe.slots().forEach(slot -> write(slot, out));
      }
      case Message.Acknowledge acknowledge -> out.writeByte(ACKNOWLEDGE).writeLong(acknowledge.number());
      case Message.TurnDown turnDown -> {
        out.writeByte(TURN_DOWN).writeInt(turnDown.refusals().size());
        turnDown.refusals().forEach(refusal -> {
          write(refusal.slot(), out);
          out.writeLong(refusal.epoch()).writeByte(refusal.reason().code).writeLong(refusal.common());
        });
      }
      case Message.Records records -> {
        out.writeByte(RECORDS).writeLong(records.number()).writeInt(records.ends().size());
        records.ends().forEach(end -> {
          write(end.slot(), out);
          out.writeLong(end.epoch()).writeLong(end.digest());
        });
        out.writeBytes(records.records().duplicate());
      }
    }
  }

  private static void write(Slot slot, ByteBuf out) {
    out.writeInt(slot.table()).writeShort(slot.slot());
  }

  private static void write(Message.Wish wish, ByteBuf out) {
    write(wish.slot(), out);
    out.writeLong(wish.epoch()).writeLong(wish.newest().epoch()).writeLong(wish.newest().index())
        .writeLong(wish.digest());
    ByteBuffer history = ByteBuffer.allocate(wish.history().bytes());
    wish.history().write(history);
    out.writeBytes(history.flip());
  }

  /**
   * The rest of a frame. The result does not refer to it.
   *
   * @throws RuntimeException it makes no sense
   */
  static Message read(ByteBuf in) {
    byte kind = in.readByte();
    return switch (kind) {
      case SUBSCRIBE -> new Message.Subscribe(items(in, () -> wish(in)));
      case UNSUBSCRIBE -> new Message.Unsubscribe(items(in, () -> slot(in)));
      case ACKNOWLEDGE -> new Message.Acknowledge(in.readLong());
      case TURN_DOWN -> new Message.TurnDown(items(in, () -> new Message.Refusal(slot(in), in.readLong(),
          Message.Reason.of(in.readByte()), in.readLong())));
      case RECORDS -> {
        long number = in.readLong();
        List<End> ends = items(in, () -> new End(slot(in), in.readLong(), in.readLong()));
        byte[] records = new byte[in.readableBytes()];
        in.readBytes(records);
        yield new Message.Records(number, ByteBuffer.wrap(records), ends);
      }
      default -> throw new IllegalArgumentException("a message of the unknown kind " + kind);
    };
  }

  private static <T> List<T> items(ByteBuf in, Supplier<T> item) {
    int count = in.readInt();
    if (count < 0 || count > in.readableBytes() / SHORTEST_ITEM) {
      throw new IllegalArgumentException("a message says it has " + count + " items");
    }
    List<T> items = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      items.add(item.get());
    }
    return items;
  }

  private static Slot slot(ByteBuf in) {
    return new Slot(in.readInt(), in.readUnsignedShort());
  }

  private static Message.Wish wish(ByteBuf in) {
    Slot slot = slot(in);
    long epoch = in.readLong();
    Position newest = new Position(in.readLong(), in.readLong());
    long digest = in.readLong();
    ByteBuffer rest = in.nioBuffer();
    int before = rest.position();
    History history = History.read(rest);
    in.skipBytes(rest.position() - before);
    return new Message.Wish(slot, epoch, newest, digest, history);
  }
}
