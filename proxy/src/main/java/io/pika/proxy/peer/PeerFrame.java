package io.pika.proxy.peer;

import io.netty.buffer.ByteBuf;

/**
 * The frames between nodes, big endian; {@code length} counts what follows it. Replies may come in any order.
 *
 * <pre>
 * request | length 4 | requestId 4 | order 1 | table 4 | slotFrom 2 | slotTo 2 | epoch 8 | protocol 1 | timeoutMs 4 | command |
 * reply   | length 4 | requestId 4 | status 1 | reply bytes, or for a refusal: epoch 8,
 *                                              or for a reply that continues: its number 8, bytes |
 * </pre>
 *
 * <p>Order is the code of {@link PeerRequest.Order}.
 */
final class PeerFrame {
  static final int LENGTH_BYTES = 4;
  /** Bytes of a request between its length and its command. */
  static final int REQUEST_HEADER = 26;
  /** Bytes of a reply between its length and its body. */
  static final int REPLY_HEADER = 5;
  static final int REFUSAL_BODY = 8;
  /** Before the bytes of a reply that continues. */
  static final int NUMBER_BYTES = 8;

  private PeerFrame() {}

  /** Everything but the command, whose bytes must follow. */
  static void writeRequestHeader(int requestId, PeerRequest request, ByteBuf out) {
    out.writeInt(REQUEST_HEADER + request.command().readableBytes());
    out.writeInt(requestId);
    out.writeByte(request.order().code);
    out.writeInt(request.table());
    out.writeShort(request.slotFrom());
    out.writeShort(request.slotTo());
    out.writeLong(request.epoch());
    out.writeByte(request.protocol());
    out.writeInt(request.timeoutMs());
  }

  static void writeReplyHeader(int requestId, int replyBytes, ByteBuf out) {
    out.writeInt(REPLY_HEADER + replyBytes);
    out.writeInt(requestId);
    out.writeByte(PeerStatus.OK.code());
  }

  static void writeContinues(int requestId, long reply, int bytes, ByteBuf out) {
    out.writeInt(REPLY_HEADER + NUMBER_BYTES + bytes);
    out.writeInt(requestId);
    out.writeByte(PeerStatus.CONTINUES.code());
    out.writeLong(reply);
  }

  static void writeRefusal(int requestId, PeerStatus status, long epoch, ByteBuf out) {
    out.writeInt(REPLY_HEADER + REFUSAL_BODY);
    out.writeInt(requestId);
    out.writeByte(status.code());
    out.writeLong(epoch);
  }

  /** A request whose id has been read: the rest of {@code frame}, the command as a retained slice of it. */
  static PeerRequest readRequest(ByteBuf frame) throws BadFrameException {
    PeerRequest.Order order = PeerRequest.Order.of(frame.readByte());
    int table = frame.readInt();
    int slotFrom = frame.readUnsignedShort();
    int slotTo = frame.readUnsignedShort();
    long epoch = frame.readLong();
    int protocol = frame.readByte();
    int timeoutMs = frame.readInt();
    boolean sound = table >= 0 && slotFrom <= slotTo && epoch >= 0 && timeoutMs >= 0
        && (protocol == 2 || protocol == 3) && frame.isReadable();
    boolean ranged = order == PeerRequest.Order.NONE || slotFrom == slotTo;
    if (order == null || !sound || !ranged) {
      throw new BadFrameException("a request's header makes no sense");
    }
    return new PeerRequest(table, slotFrom, slotTo, epoch, order, protocol, timeoutMs,
        frame.readRetainedSlice(frame.readableBytes()));
  }

  /** A reply whose id has been read. */
  static PeerOutcome readReply(ByteBuf frame) throws BadFrameException {
    int code = frame.readByte();
    PeerStatus status = PeerStatus.of(code);
    if (status == null) {
      throw new BadFrameException("a reply has the unknown status " + code);
    }
    if (status == PeerStatus.OK) {
      return new PeerOutcome.Answered(frame.readRetainedSlice(frame.readableBytes()));
    }
    if (status == PeerStatus.CONTINUES) {
      if (frame.readableBytes() < NUMBER_BYTES) {
        throw new BadFrameException("a reply that continues has no number");
      }
      return new PeerOutcome.Continues(frame.readLong(), frame.readRetainedSlice(frame.readableBytes()));
    }
    if (frame.readableBytes() != REFUSAL_BODY) {
      throw new BadFrameException("a refusal has " + frame.readableBytes() + " bytes of body");
    }
    return new PeerOutcome.Refused(status, frame.readLong());
  }
}
