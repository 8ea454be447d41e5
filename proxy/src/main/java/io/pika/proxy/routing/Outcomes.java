package io.pika.proxy.routing;

import io.pika.proxy.peer.PeerOutcome;
import io.pika.proxy.peer.PeerStatus;
import io.pika.proxy.protocol.Access;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import org.jspecify.annotations.Nullable;

/** What a peer's outcome means for the client. */
final class Outcomes {
  private Outcomes() {}

  static boolean reads(Request request) {
    Command command = request.command();
    return command != null && (command.access() == Access.READ || command == Command.WATCH);
  }

  /**
   * The reply to give, where it cannot be long; null: the request was not executed, or only reads, and is to be tried again.
   */
  static @Nullable Reply lastWord(PeerOutcome outcome, boolean reads, RouterStats stats) {
    Reply reply = switch (outcome) {
      case PeerOutcome.Answered(var bytes) -> Reply.raw(bytes);
      case PeerOutcome.Continues(long _, var bytes) -> {
        bytes.release();
        yield ReplyReader.NONSENSE;
      }
      case PeerOutcome.Refused(PeerStatus status, _) -> ofRefusal(status, reads);
      case PeerOutcome.NotSent(var cause) -> switch (cause) {
        case UNREACHABLE -> null;
        case OVERLOADED -> RouteErrors.OVERLOADED;
        case DEADLINE -> RouteErrors.NOT_SERVED;
      };
      case PeerOutcome.Unknown(var cause) -> switch (cause) {
        case CONNECTION_LOST -> reads ? null : RouteErrors.WRITE_LOST;
        case DEADLINE -> reads ? RouteErrors.READ_LATE : RouteErrors.WRITE_LATE;
      };
    };
    if (reply == RouteErrors.WRITE_LOST || reply == RouteErrors.WRITE_LATE
        || reply == RouteErrors.WRITE_FAILED) {
      stats.unknownOutcome().increment();
    } else if (reply == RouteErrors.NOT_SERVED) {
      stats.notServed().increment();
    } else if (reply == RouteErrors.OVERLOADED) {
      stats.overflowed().increment();
    }
    return reply;
  }

  private static @Nullable Reply ofRefusal(PeerStatus status, boolean reads) {
    return switch (status) {
      case WRONG_EPOCH, NOT_LEADER, UNKNOWN_TABLE -> null;
      case OVERLOADED -> RouteErrors.OVERLOADED;
      case TROUBLE -> reads ? RouteErrors.READ_FAILED : RouteErrors.WRITE_FAILED;
      case OK, CONTINUES -> throw new IllegalStateException(status + " is no refusal");
    };
  }
}
