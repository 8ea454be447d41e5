package io.pika.node.replica;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.pika.node.copy.Chunk;
import io.pika.node.copy.Contents;
import io.pika.node.history.History;
import io.pika.node.history.Position;
import io.pika.node.log.LogSearch.Slot;
import io.pika.node.store.SlotSummary;
import io.pika.proxy.peer.PeerStream;
import java.nio.ByteBuffer;

/**
 * What is said on a connection that copies slots, one after the other; big endian.
 *
 * <pre>
 * want  | 16 | table u32 | slot u16 | epoch u64 |
 * begin | 17 | newest epoch u64, index u64 | digest u64 | keys u64 | history |
 * next  | 18 |
 * piece | 19 | checksum u32 | chunk |
 * given | 20 | entries u64 | bytes u64 | checksum u64 |
 * sorry | 21 | why u8 |
 * </pre>
 */
sealed interface CopyMessage {
  /** From whom needs it. */
  record Want(Slot slot, long epoch) implements CopyMessage {}

  /** From the leader: what will be given. */
  record Begin(SlotSummary summary) implements CopyMessage {}

  /** From whom needs it: one more piece, please. */
  record Next() implements CopyMessage {}

  record Piece(Chunk chunk) implements CopyMessage {}

  /** From the leader behind the last piece: all in all. */
  record Given(Contents contents) implements CopyMessage {}

  /** From the leader: not now, or no more. */
  record Sorry(Why why) implements CopyMessage {}

  enum Why {
    NOT_LED, BUSY, FAILED
  }

  byte WANT = 16;
  byte BEGIN = 17;
  byte NEXT = 18;
  byte PIECE = 19;
  byte GIVEN = 20;
  byte SORRY = 21;

  /** Whether a stream's first message begins copies. */
  static boolean isFirst(ByteBuf message) {
    return message.isReadable() && message.getByte(message.readerIndex()) == WANT;
  }

  static void send(PeerStream stream, CopyMessage message) {
    ByteBuf bytes = ByteBufAllocator.DEFAULT.buffer();
    write(message, bytes);
    stream.send(bytes);
  }

  static void write(CopyMessage message, ByteBuf out) {
    switch (message) {
      case Want want -> out.writeByte(WANT).writeInt(want.slot.table()).writeShort(want.slot.slot())
          .writeLong(want.epoch);
      case Begin(SlotSummary summary) -> {
        out.writeByte(BEGIN).writeLong(summary.newest().epoch()).writeLong(summary.newest().index())
            .writeLong(summary.digest()).writeLong(summary.keys());
        ByteBuffer history = ByteBuffer.allocate(summary.history().bytes());
        summary.history().write(history);
        out.writeBytes(history.flip());
      }
      case Next _ -> out.writeByte(NEXT);
      case Piece(Chunk chunk) -> out.writeByte(PIECE).writeInt(chunk.checksum()).writeBytes(chunk.bytes());
      case Given(Contents contents) ->
        out.writeByte(GIVEN).writeLong(contents.entries()).writeLong(contents.bytes())
            .writeLong(contents.checksum());
      case Sorry(Why why) -> out.writeByte(SORRY).writeByte(why.ordinal());
    }
  }

  /**
   * The result does not refer to the buffer.
   *
   * @throws RuntimeException it makes no sense
   */
  static CopyMessage read(ByteBuf in) {
    byte kind = in.readByte();
    return switch (kind) {
      case WANT -> new Want(new Slot(in.readInt(), in.readUnsignedShort()), in.readLong());
      case BEGIN -> {
        Position newest = new Position(in.readLong(), in.readLong());
        long digest = in.readLong();
        long keys = in.readLong();
        yield new Begin(new SlotSummary(newest, digest, History.read(in.nioBuffer()), keys));
      }
      case NEXT -> new Next();
      case PIECE -> {
        int checksum = in.readInt();
        byte[] bytes = new byte[in.readableBytes()];
        in.readBytes(bytes);
        yield new Piece(new Chunk(bytes, checksum));
      }
      case GIVEN -> new Given(new Contents(in.readLong(), in.readLong(), in.readLong()));
      case SORRY -> new Sorry(Why.values()[in.readByte()]);
      default -> throw new IllegalArgumentException("a message of the unknown kind " + kind);
    };
  }
}
