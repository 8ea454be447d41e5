package io.pika.proxy.routing;

import io.pika.proxy.protocol.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * RANDOMKEY: picks one leader's slots by how many keys they have and asks for a key of them; if the keys have
 * gone meanwhile, picks among the others.
 */
final class RandomKeyWalk implements RangeRouter.Answers {
  private final RangeRouter ranges;
  private final RangeRouter.Call call;
  private final RandomGenerator random;
  private final ReplySink sink;
  private final List<Weighted> left = new ArrayList<>();

  private record Weighted(int from, int to, long keys) {}

  RandomKeyWalk(RangeRouter ranges, RangeRouter.Call call, RandomGenerator random, ReplySink sink) {
    this.ranges = ranges;
    this.call = call;
    this.random = random;
    this.sink = sink;
  }

  void start(EveryRange.Result sizes) {
    Reply error = Merge.firstError(sizes.replies(), false);
    if (error != null) {
      sink.reply(error);
      return;
    }
    for (EveryRange.Part part : sizes.parts()) {
      if (part.reply() instanceof Reply.Int(long keys) && keys > 0) {
        left.add(new Weighted(part.from(), part.to(), keys));
      }
    }
    pick();
  }

  private void pick() {
    if (left.isEmpty()) {
      sink.reply(Reply.NIL);
      return;
    }
    long key = random.nextLong(left.stream().mapToLong(Weighted::keys).sum());
    int chosen = 0;
    for (; key >= left.get(chosen).keys(); chosen++) {
      key -= left.get(chosen).keys();
    }
    Weighted slots = left.remove(chosen);
    turnedBack(slots.from(), slots.to());
  }

  @Override
  public void answered(int from, int to, Reply reply) {
    if (reply.equals(Reply.NIL)) {
      pick();
    } else {
      sink.reply(reply);
    }
  }

  @Override
  public void turnedBack(int from, int to) {
    Reply.Err end = ranges.askFirst(call, from, to, this);
    if (end != null) {
      sink.reply(end);
    }
  }
}
