package io.pika.node.command;

import io.pika.node.type.Presence;
import io.pika.node.type.ScoreChange;
import io.pika.node.type.ScoreChange.Form;
import io.pika.node.type.ScoreChange.Growth;
import io.pika.node.type.ScoredMember;
import io.pika.node.type.SortedSets.Changes;
import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import java.util.ArrayList;
import java.util.List;

/**
 * What follows the key in ZADD: {@code [NX|XX] [GT|LT] [CH] [INCR] score member ...}. GEOADD has the first ones too.
 *
 * @param count what ZADD answers with
 */
record ScoreOptions(ScoreChange change, Count count) {
  private static final RefusalException NX_AND_XX = new RefusalException(
      "ERR XX and NX options at the same time are not compatible");
  private static final RefusalException GROWTH_AND_NX = new RefusalException(
      "ERR GT, LT, and/or NX options at the same time are not compatible");
  private static final RefusalException ONE_INCREMENT = new RefusalException(
      "ERR INCR option supports a single increment-element pair");

  enum Count {
    ADDED, ADDED_AND_CHANGED;

    int of(Changes changes) {
      return switch (this) {
        case ADDED -> changes.added();
        case ADDED_AND_CHANGED -> changes.added() + changes.changed();
      };
    }
  }

  /** ZADD's options and pairs. */
  record Scores(ScoreOptions options, List<ScoredMember> members) {}

  /** @param form what the command does without INCR */
  static Scores parse(Args args, Form form) {
    boolean absent = false;
    boolean present = false;
    boolean up = false;
    boolean down = false;
    Form way = form;
    Count count = Count.ADDED;
    while (args.hasNext()) {
      if (args.takeIf("NX")) {
        absent = true;
      } else if (args.takeIf("XX")) {
        present = true;
      } else if (args.takeIf("CH")) {
        count = Count.ADDED_AND_CHANGED;
      } else if (args.takeIf("INCR")) {
        way = Form.ADD;
      } else if (args.takeIf("GT")) {
        up = true;
      } else if (args.takeIf("LT")) {
        down = true;
      } else {
        break;
      }
    }
    int pairs = pairs(args);
    if (absent && present) {
      throw NX_AND_XX;
    }
    if (absent && (up || down) || up && down) {
      throw GROWTH_AND_NX;
    }
    if (way == Form.ADD && pairs > 1) {
      throw ONE_INCREMENT;
    }
    ScoreChange change = new ScoreChange(presence(absent, present), growth(up, down), way);
    return new Scores(new ScoreOptions(change, count), members(args, pairs));
  }

  /** Reads the options of GEOADD: {@code [NX|XX] [CH]}; threes of longitude, latitude and member must follow. */
  static ScoreOptions ofPlaces(Args args) {
    boolean absent = false;
    boolean present = false;
    Count count = Count.ADDED;
    while (args.hasNext()) {
      if (args.takeIf("NX")) {
        absent = true;
      } else if (args.takeIf("XX")) {
        present = true;
      } else if (args.takeIf("CH")) {
        count = Count.ADDED_AND_CHANGED;
      } else {
        break;
      }
    }
    if (args.remaining() == 0 || args.remaining() % 3 != 0 || absent && present) {
      throw new RefusalException(Reply.SYNTAX_ERROR);
    }
    return new ScoreOptions(new ScoreChange(presence(absent, present), Growth.ANY, Form.SET), count);
  }

  private static int pairs(Args args) {
    if (args.remaining() == 0 || args.remaining() % 2 != 0) {
      throw new RefusalException(Reply.SYNTAX_ERROR);
    }
    return args.remaining() / 2;
  }

  private static Presence presence(boolean absent, boolean present) {
    if (absent) {
      return Presence.ABSENT;
    }
    return present ? Presence.PRESENT : Presence.ANY;
  }

  private static Growth growth(boolean up, boolean down) {
    if (up) {
      return Growth.UP;
    }
    return down ? Growth.DOWN : Growth.ANY;
  }

  private static List<ScoredMember> members(Args args, int pairs) {
    List<ScoredMember> members = new ArrayList<>(pairs);
    for (int i = 0; i < pairs; i++) {
      double score = args.takeDouble();
      members.add(new ScoredMember(args.takeBytes(), score));
    }
    return members;
  }
}
