package io.pika.proxy.routing;

import io.pika.proxy.protocol.Numbers;
import io.pika.proxy.protocol.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** SLOTSDEL of Codis, {@code slot ...}: a FLUSHDB of some slots. Answers pairs of a slot and how many keys are left in it. */
final class SlotsDelete {
  private SlotsDelete() {}

  /** The slots that are named, each once; null: something else is named too. */
  static @Nullable List<Integer> named(byte[][] command, int slots) {
    TreeSet<Integer> named = new TreeSet<>();
    for (int i = 1; i < command.length; i++) {
      long slot = Numbers.isLong(command[i]) ? Numbers.parseLong(command[i]) : -1;
      if (slot < 0 || slot >= slots) {
        return null;
      }
      named.add((int) slot);
    }
    return List.copyOf(named);
  }

  static Reply merged(EveryRange.Result result) {
    Reply error = Merge.firstError(result.replies(), true);
    if (error != null) {
      return error;
    }
    List<Reply> pairs = new ArrayList<>();
    for (EveryRange.Part part : result.parts()) {
      part.reply().release();
      pairs.add(Reply.array(Reply.of(part.from()), Reply.ZERO));
    }
    return Reply.array(pairs);
  }
}
