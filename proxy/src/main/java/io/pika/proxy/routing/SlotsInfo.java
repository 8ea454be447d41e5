package io.pika.proxy.routing;

import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.Numbers;
import io.pika.proxy.protocol.Reply;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** SLOTSINFO of Codis and Pika, {@code [start [count]]}: how many keys slots have, those that have some. */
final class SlotsInfo {
  private SlotsInfo() {}

  /** First and last slot that are asked for, or the refusal of what makes no sense. */
  sealed interface Asked {
    record Slots(int from, int to) implements Asked {}

    record Refused(Reply.Err why) implements Asked {}
  }

  static Asked asked(byte[][] command, int slots) {
    if (command.length > 3) {
      return new Asked.Refused(Reply.wrongArity(Command.SLOTSINFO.redisName()));
    }
    long from = 0;
    long count = slots;
    if (command.length > 1) {
      if (!Numbers.isLong(command[1])) {
        return new Asked.Refused(Reply.NOT_AN_INTEGER);
      }
      from = Numbers.parseLong(command[1]);
      if (from < 0 || from >= slots) {
        return invalid("begin", command[1]);
      }
    }
    if (command.length > 2) {
      if (!Numbers.isLong(command[2])) {
        return new Asked.Refused(Reply.NOT_AN_INTEGER);
      }
      count = Numbers.parseLong(command[2]);
      if (count < 0) {
        return invalid("count", command[2]);
      }
    }
    return new Asked.Slots((int) from, (int) (from + Math.min(count, slots - from)) - 1);
  }

  private static Asked invalid(String what, byte[] number) {
    return new Asked.Refused(Reply.error(
        "ERR invalid slot " + what + " = " + new String(number, StandardCharsets.ISO_8859_1)));
  }

  /** Pairs of a slot and its count of keys, of parts that have both in turn. Takes over the parts. */
  static Reply merged(List<Reply> parts) {
    List<Reply> pairs = new ArrayList<>();
    boolean sound = true;
    for (Reply part : parts) {
      if (!(part instanceof Reply.Array(List<Reply> numbers)) || numbers.size() % 2 != 0) {
        part.release();
        sound = false;
        continue;
      }
      for (int i = 0; i < numbers.size(); i += 2) {
        pairs.add(Reply.array(ReplyReader.open(numbers.get(i)), ReplyReader.open(numbers.get(i + 1))));
      }
    }
    return sound ? Reply.array(pairs) : ReplyReader.NONSENSE;
  }
}
