package io.pika.node.command;

import io.pika.node.type.Direction;
import io.pika.node.type.MemberRange;
import io.pika.node.type.MemberRange.ByRank;
import io.pika.node.type.Slice;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import org.jspecify.annotations.Nullable;

/**
 * What follows the key in ZRANGE and the commands like it:
 * {@code start stop [BYSCORE|BYLEX] [REV] [LIMIT offset count] [WITHSCORES]}.
 */
record RangeOptions(MemberRange range, Direction direction, Slice slice, boolean withScores) {
  private static final RefusalException LIMIT_OF_PLACES = new RefusalException(
      "ERR syntax error, LIMIT is only supported in combination with either BYSCORE or BYLEX");
  private static final RefusalException SCORES_OF_NAMES = new RefusalException(
      "ERR syntax error, WITHSCORES not supported in combination with BYLEX");

  /** What the two bounds are. */
  enum Kind {
    PLACES, SCORES, NAMES
  }

  /**
   * What a command's name settles already.
   *
   * @param kind null: an option tells it, or they are places
   * @param direction null: an option tells it, or it is upwards
   * @param scores whether WITHSCORES may be asked for
   */
  record Fixed(@Nullable Kind kind, @Nullable Direction direction, boolean scores) {}

  static RangeOptions parse(Args args, Fixed fixed) {
    byte[] first = args.takeBytes();
    byte[] second = args.takeBytes();
    Kind kind = fixed.kind;
    Direction direction = fixed.direction;
    Slice slice = Slice.WHOLE;
    boolean withScores = false;
    while (args.hasNext()) {
      if (fixed.scores && args.takeIf("WITHSCORES")) {
        withScores = true;
      } else if (args.remaining() > 2 && args.takeIf("LIMIT")) {
        slice = new Slice(args.takeLong(), args.takeLong());
      } else if (direction == null && args.takeIf("REV")) {
        direction = Direction.DOWN;
      } else if (kind == null && args.takeIf("BYLEX")) {
        kind = Kind.NAMES;
      } else if (kind == null && args.takeIf("BYSCORE")) {
        kind = Kind.SCORES;
      } else {
        throw new RefusalException(Reply.SYNTAX_ERROR);
      }
    }
    Kind ofBounds = kind == null ? Kind.PLACES : kind;
    Direction read = direction == null ? Direction.UP : direction;
    if (ofBounds == Kind.PLACES && slice.count() != -1) {
      throw LIMIT_OF_PLACES;
    }
    if (ofBounds == Kind.NAMES && withScores) {
      throw SCORES_OF_NAMES;
    }
    return new RangeOptions(range(ofBounds, read, first, second), read, slice, withScores);
  }

  /** Read downwards, the greater bound comes first. */
  private static MemberRange range(Kind kind, Direction direction, byte[] first, byte[] second) {
    byte[] min = direction == Direction.UP ? first : second;
    byte[] max = direction == Direction.UP ? second : first;
    return switch (kind) {
      case PLACES -> new ByRank(Words.number(first), Words.number(second));
      case SCORES -> MemberBounds.scores(min, max);
      case NAMES -> MemberBounds.names(min, max);
    };
  }
}
