package io.pika.proxy.routing;

import io.pika.core.model.Table;
import io.pika.core.model.TableState;
import io.pika.proxy.protocol.Reply;
import org.jspecify.annotations.Nullable;

/** What a client hears when its request reached no leader, or nobody knows whether it did. */
public final class RouteErrors {
  public static final Reply.Err CROSS_SLOT = Reply
      .error("CROSSSLOT Keys in request don't hash to the same slot");
  static final Reply.Err NOT_SERVED = Reply.error("CLUSTERDOWN Hash slot not served");
  static final Reply.Err OVERFLOW = Reply.error("TRYAGAIN too many requests are waiting for this slot");
  static final Reply.Err OVERLOADED = Reply.error("TRYAGAIN the slot's leader has too much to do");
  public static final Reply.Err DROPPED = Reply.error("ERR this table was dropped; select another one");
  static final Reply.Err BLOCKED = Reply.error("ERR this table is blocked by its operator");

  private static final String UNKNOWN = "; the outcome of this write is unknown";
  private static final String LOST = "IOERR connection to the slot's leader was lost";
  private static final String LATE = "IOERR the slot's leader did not answer in time";
  private static final String FAILED = "IOERR the slot's leader failed";
  static final Reply.Err WRITE_LOST = Reply.error(LOST + UNKNOWN);
  static final Reply.Err READ_LATE = Reply.error(LATE);
  static final Reply.Err WRITE_LATE = Reply.error(LATE + UNKNOWN);
  static final Reply.Err READ_FAILED = Reply.error(FAILED);
  static final Reply.Err WRITE_FAILED = Reply.error(FAILED + UNKNOWN);

  private RouteErrors() {}

  /** Why requests of this table are not sent any more; null: they are. */
  static Reply.@Nullable Err ofTable(@Nullable Table table) {
    if (table == null || table.state() == TableState.DROPPING) {
      return DROPPED;
    }
    return table.blocked() ? BLOCKED : null;
  }

  static Reply.Err noSuchSlot(int slots) {
    return Reply.error("ERR invalid slot number; this table has slots 0 to " + (slots - 1));
  }
}
