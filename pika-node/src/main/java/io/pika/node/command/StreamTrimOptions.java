package io.pika.node.command;

import io.pika.node.type.StreamTrim;
import io.pika.node.type.StreamTrim.Bound;
import io.pika.node.type.StreamTrim.Effort;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.RefusalException;
import org.jspecify.annotations.Nullable;

/**
 * {@code MAXLEN | MINID [= | ~] threshold [LIMIT count]}, gathered while the arguments of XADD and XTRIM are read.
 */
final class StreamTrimOptions {
  private static final RefusalException TWO_BOUNDS = new RefusalException(
      "ERR syntax error, MAXLEN and MINID options at the same time are not compatible");
  private static final RefusalException NEGATIVE_LENGTH = new RefusalException(
      "ERR The MAXLEN argument must be >= 0.");
  private static final RefusalException NEGATIVE_LIMIT = new RefusalException(
      "ERR The LIMIT argument must be >= 0.");
  private static final RefusalException LIMIT_WITHOUT_BOUND = new RefusalException(
      "ERR syntax error, LIMIT cannot be used without specifying a trimming strategy");
  private static final RefusalException NO_BOUND = new RefusalException(
      "ERR syntax error, XTRIM must be called with a trimming strategy");
  private static final RefusalException LIMIT_OF_EXACT = new RefusalException(
      "ERR syntax error, LIMIT cannot be used without the special ~ option");
  /** Of a rough one, if nobody says it: 100 nodes of Redis' tree. */
  private static final long LIMIT = 10_000;

  private @Nullable Bound bound;
  private boolean rough;
  private @Nullable Long limit;

  /** Takes one option if one comes next. */
  boolean take(Args args) {
    boolean hasValue = args.remaining() > 1;
    if (hasValue && args.takeIf("MAXLEN")) {
      takeOperator(args);
      bound = new Bound.Length(least0(args.takeLong(), NEGATIVE_LENGTH));
    } else if (hasValue && args.takeIf("MINID")) {
      takeOperator(args);
      bound = new Bound.From(StreamIds.exact(args.takeBytes()));
    } else if (hasValue && args.takeIf("LIMIT")) {
      limit = least0(args.takeLong(), NEGATIVE_LIMIT);
    } else {
      return false;
    }
    return true;
  }

  private void takeOperator(Args args) {
    if (bound != null) {
      throw TWO_BOUNDS;
    }
    rough = args.remaining() > 1 && args.takeIf("~");
    if (!rough && args.remaining() > 1) {
      args.takeIf("=");
    }
  }

  private static long least0(long value, RefusalException otherwise) {
    if (value < 0) {
      throw otherwise;
    }
    return value;
  }

  /** What XADD has to do; null: nothing. */
  @Nullable
  StreamTrim ofAdd() {
    if (limit != null && limit != 0 && bound == null) {
      throw LIMIT_WITHOUT_BOUND;
    }
    if (limit != null && !rough) {
      throw LIMIT_OF_EXACT;
    }
    return bound == null ? null : new StreamTrim(bound, effort());
  }

  /** What XTRIM has to do. */
  StreamTrim ofTrim() {
    if (bound == null && (limit == null || limit == 0)) {
      throw NO_BOUND;
    }
    StreamTrim trim = ofAdd();
    if (trim == null) {
      throw NO_BOUND;
    }
    return trim;
  }

  private Effort effort() {
    if (!rough) {
      return new Effort.Exact();
    }
    return new Effort.Rough(limit == null ? LIMIT : limit);
  }
}
