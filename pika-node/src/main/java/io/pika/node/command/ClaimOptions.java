package io.pika.node.command;

import io.pika.node.type.StreamClaim;
import io.pika.node.type.StreamId;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.Reply;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What follows the ids in XCLAIM: {@code [IDLE ms] [TIME ms] [RETRYCOUNT n] [FORCE] [JUSTID] [LASTID id]}. */
final class ClaimOptions {
  private static final Reply.Err IDLE = Reply.error("ERR Invalid IDLE option argument for XCLAIM");
  private static final Reply.Err TIME = Reply.error("ERR Invalid TIME option argument for XCLAIM");
  private static final Reply.Err RETRY_COUNT = Reply
      .error("ERR Invalid RETRYCOUNT option argument for XCLAIM");

  private ClaimOptions() {}

  /** @param first the first option's name; null: there is none */
  static StreamClaim parse(byte @Nullable [] first, Args args, long minIdleMs, long nowMs) {
    Long deliveredMs = null;
    Long deliveries = null;
    boolean force = false;
    boolean justId = false;
    StreamId lastId = StreamId.ZERO;
    byte[] option = first;
    while (option != null) {
      String name = new String(option, StandardCharsets.ISO_8859_1).toUpperCase(Locale.ROOT);
      if (name.equals("FORCE")) {
        force = true;
      } else if (name.equals("JUSTID")) {
        justId = true;
      } else if (args.hasNext() && name.equals("IDLE")) {
        deliveredMs = nowMs - args.takeLong(IDLE);
      } else if (args.hasNext() && name.equals("TIME")) {
        deliveredMs = args.takeLong(TIME);
      } else if (args.hasNext() && name.equals("RETRYCOUNT")) {
        deliveries = args.takeLong(RETRY_COUNT);
      } else if (args.hasNext() && name.equals("LASTID")) {
        lastId = StreamIds.exact(args.takeBytes());
      } else {
        throw StreamReplies.refusal("ERR Unrecognized XCLAIM option '", option, "'");
      }
      option = args.hasNext() ? args.takeBytes() : null;
    }
    Long counted = deliveries == null || deliveries < 0 ? null : deliveries;
    return new StreamClaim(minIdleMs, deliveredMs, counted, force, justId, lastId);
  }
}
