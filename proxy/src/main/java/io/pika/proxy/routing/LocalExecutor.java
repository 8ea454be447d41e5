package io.pika.proxy.routing;

import io.pika.core.model.SlotRange;
import io.pika.core.model.Table;
import io.pika.proxy.protocol.Request;

/** What the node plugs in for work that does not belong to a session's batch. */
public interface LocalExecutor {
  /**
   * Runs one request that has waited for its slot, as {@link LocalBatch} says, as a batch of its own: it is
   * executed or has been refused when the call returns; the reply may come later. Called on the executor that
   * the router was given for this, in order per slot. Takes over the request.
   */
  void executeNow(Table table, int slot, Request request, int protocol, ReplySink sink);

  /**
   * Runs a command that works on a whole table over some slots that this node leads, {@code range.from()} to
   * {@code range.to()} at {@code range.epoch()}, without blocking the caller: on a bounded pool. Takes over the
   * request. If the slots are not led here under that epoch it goes to {@link Router#refusedHere}. Other nodes
   * ask for the same by a peer's request, see {@code PeerService}.
   *
   * <p>What each command answers for its slots:
   * <ul>
   * <li>DBSIZE: the count of keys; with a word behind it, for each type the count, and that of those that will expire.
   * FLUSHDB, FLUSHALL, COMPACT, COMPACTRANGE: OK. KEYS: an array of keys.
   * <li>WAIT, by followers and milliseconds: how many followers have all that there is, of the slot that has the fewest.
   * <li>RANDOMKEY: a key of these slots, or nil if they have none.
   * <li>SCAN: cursor and keys. The request's cursor is in the first of these slots; the one in the answer is in any of
   * them, or 0 when the last one has been walked to its end. SLOTSSCAN asks for one slot by it.
   * <li>PKSCANRANGE, PKRSCANRANGE, SCANX: the key from which on some may be left out, or nil; then keys in order, each with
   * nil if it does not match, else its value, or 1.
   * <li>PKPATTERNMATCHDEL: how many were deleted. SLOTSINFO, by first and last slot: slots and counts in turn.
   * </ul>
   */
  void executeRange(Table table, SlotRange range, Request request, int protocol, ReplySink sink);
}
