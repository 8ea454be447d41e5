package io.pika.proxy.routing;

import io.netty.buffer.ByteBuf;
import io.pika.core.model.SlotRange;
import io.pika.proxy.peer.PeerOutcome;
import io.pika.proxy.peer.PeerRequest;
import io.pika.proxy.peer.Upstream;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.PieceSource;
import io.pika.proxy.protocol.Request;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * A long reply that another node makes. Each piece is a small request of its own, over the connection that the first one
 * came on, so that others' requests pass between the pieces. The node that makes it knows the reply by its number, on that
 * connection alone. Like {@link Waits}, these are requests that no client can send:
 *
 * <pre>
 * WAIT PIECE number 8 |
 * WAIT GIVEUP number 8 |
 * </pre>
 */
public final class RemotePieces implements PieceSource {
  public static final String PIECE = "PIECE";
  public static final String GIVE_UP = "GIVEUP";

  private final Upstream upstream;
  private final Origin origin;
  private final long number;
  /** What has come and was not asked for yet. */
  private @Nullable ByteBuf first;
  /** Nothing is left at the other node. */
  private boolean ended;

  /**
   * Where a reply is made.
   *
   * @param range as the request that it answers named it
   * @param timeoutMs for which a piece is waited for
   */
  record Origin(int table, int slot, SlotRange range, int protocol, int timeoutMs) {}

  RemotePieces(Upstream upstream, Origin origin, PeerOutcome.Continues begun) {
    this.upstream = upstream;
    this.origin = origin;
    this.number = begun.reply();
    this.first = begun.bytes();
  }

  /** What a piece's request is about; {@code request} must be one. */
  public static long number(Request request) {
    return ByteBuffer.wrap(request.arg(2)).getLong();
  }

  @Override
  public void next(int protocol, Receiver receiver) {
    ByteBuf there = takeFirst();
    if (there != null) {
      receiver.take(new Piece.Next(there));
    } else {
      send(PIECE, outcome -> receiver.take(piece(outcome)));
    }
  }

  private synchronized @Nullable ByteBuf takeFirst() {
    ByteBuf there = first;
    first = null;
    return there;
  }

  private Piece piece(PeerOutcome outcome) {
    return switch (outcome) {
      case PeerOutcome.Continues(long _, ByteBuf bytes) -> new Piece.Next(bytes);
      case PeerOutcome.Answered(ByteBuf bytes) -> {
        end();
        yield new Piece.Last(bytes);
      }
      case PeerOutcome.Refused _,PeerOutcome.NotSent _,PeerOutcome.Unknown _ -> {
        close();
        yield new Piece.Broken("node " + origin.range.leader() + " did not go on with it: " + outcome);
      }
    };
  }

  private void send(String what, Upstream.Callback callback) {
    byte[] name = ByteBuffer.allocate(Long.BYTES).putLong(number).array();
    Request request = Request.of(Command.WAIT.redisName().getBytes(StandardCharsets.US_ASCII),
        what.getBytes(StandardCharsets.US_ASCII), name, new byte[0]);
    upstream.send(origin.range.leader(),
        new PeerRequest(origin.table, origin.slot, origin.slot, origin.range.epoch(), PeerRequest.Order.NONE,
            origin.protocol, origin.timeoutMs, request.raw()),
        callback);
  }

  private synchronized boolean end() {
    boolean was = ended;
    ended = true;
    return !was;
  }

  /** If the other node does not hear it, it lets go by itself after a while. */
  @Override
  public void close() {
    ByteBuf there = takeFirst();
    if (there != null) {
      there.release();
    }
    if (end()) {
      send(GIVE_UP, outcome -> {
        switch (outcome) {
          case PeerOutcome.Answered(ByteBuf bytes) -> bytes.release();
          case PeerOutcome.Continues(long _, ByteBuf bytes) -> bytes.release();
          case PeerOutcome.Refused _,PeerOutcome.NotSent _,PeerOutcome.Unknown _ -> {
          }
        }
      });
    }
  }
}
