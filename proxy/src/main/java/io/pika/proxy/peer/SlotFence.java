package io.pika.proxy.peer;

import java.util.HashSet;
import java.util.Set;

/**
 * The slots of one connection in which a request was turned back that its sender will try again: what was sent
 * behind it must not be executed before it. Lifted by a request that says it is the first, see
 * {@link PeerServer}. Both sides have one: the server's holds back what was on the wire, the client's what was still
 * on its way to the wire, which matters when that is a new connection. On one thread.
 */
final class SlotFence {
  /** More than anybody leaves behind without taking it up again. */
  private static final int MAX_SLOTS = 1 << 16;

  private final Set<Long> fenced = new HashSet<>();

  /** False: refuse it, whatever the slot's state is now. */
  boolean passes(PeerRequest request) {
    if (fenced.isEmpty() || request.order() == PeerRequest.Order.NONE) {
      return true;
    }
    long key = key(request.table(), request.slotFrom());
    if (request.order() == PeerRequest.Order.FIRST) {
      fenced.remove(key);
      return true;
    }
    return !fenced.contains(key);
  }

  /** Not for requests without order. To be called before the next request of the slot is looked at. */
  void refused(int table, int slot, PeerStatus status) {
    if (isTriedAgain(status)) {
      fenced.add(key(table, slot));
    }
  }

  /** The client's side: once the sender has been told. */
  void turnedBack(PeerRequest request, PeerOutcome outcome) {
    boolean triedAgain = switch (outcome) {
      case PeerOutcome.Answered _,PeerOutcome.Continues _ -> false;
      case PeerOutcome.Refused(PeerStatus status, _) -> isTriedAgain(status);
      case PeerOutcome.NotSent(var cause) -> cause == PeerOutcome.NotSent.Cause.UNREACHABLE;
      case PeerOutcome.Unknown(var cause) -> cause == PeerOutcome.Unknown.Cause.CONNECTION_LOST;
    };
    if (triedAgain && request.order() != PeerRequest.Order.NONE) {
      fenced.add(key(request.table(), request.slotFrom()));
    }
  }

  private static boolean isTriedAgain(PeerStatus status) {
    return switch (status) {
      case WRONG_EPOCH, NOT_LEADER, UNKNOWN_TABLE -> true;
      case OK, OVERLOADED, TROUBLE, CONTINUES -> false;
    };
  }

  boolean isTooLong() { return fenced.size() > MAX_SLOTS; }

  /** When nothing is under way that could be behind anything. */
  void clear() {
    fenced.clear();
  }

  private static long key(int table, int slot) {
    return (long) table << 16 | slot;
  }
}
