package io.pika.proxy.routing;

import io.pika.core.model.Table;
import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.Numbers;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.protocol.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** Commands over a whole table: asks the leaders of its slots and puts their answers together. */
final class Broadcast {
  private static final long COUNT_MS = 3_600_000;

  private final RangeRouter ranges;
  private final RandomGenerator random;
  private final RouterOptions options;

  Broadcast(RangeRouter ranges, RandomGenerator random, RouterOptions options) {
    this.ranges = ranges;
    this.random = random;
    this.options = options;
  }

  /** Takes over the request. */
  void route(Table table, Request request, int protocol, ReplySink sink) {
    RangeRouter.Call call = ranges.call(table, request, protocol);
    Command command = request.command();
    request.release();
    int last = table.slots() - 1;
    switch (command) {
      case COMPACT, COMPACTRANGE -> everywhere(call, last, result -> sink.reply(allOk(result)));
      case DBSIZE -> count(call, last, sink);
      case FLUSHDB, FLUSHALL -> everywhere(call, last, result -> sink.reply(allOk(result)));
      case KEYS -> everywhere(call, last, result -> sink.reply(concatenated(result)));
      case RANDOMKEY -> everywhere(call.with(Command.DBSIZE), last,
          result -> new RandomKeyWalk(ranges, call, random, sink).start(result));
      case SCAN -> new ScanWalk(ranges, call, last, sink).start();
      case PKPATTERNMATCHDEL -> everywhere(call, last, result -> sink.reply(sumOfWrites(result)));
      case PKSCANRANGE, PKRSCANRANGE, SCANX ->
        everywhere(call, last, result -> sink.reply(ordered(result, new OrderedPages(call))));
      case WAIT -> everywhere(call, last, result -> sink.reply(fewest(result)));
      case SLOTSDEL -> slotsDelete(call, table.slots(), sink);
      case SLOTSINFO -> slotsInfo(call, table.slots(), sink);
      case SLOTSSCAN -> SlotScan.start(ranges, call, table.slots(), sink);
      case null, default -> throw new IllegalArgumentException("not over a whole table: " + command);
    }
  }

  private void everywhere(RangeRouter.Call call, int lastSlot, Consumer<EveryRange.Result> whenAll) {
    new EveryRange(ranges, call, options.maxReplyBytes(), whenAll).ask(lastSlot);
  }

  /** With a word behind it, of each type: all keys are walked over, which may take long. */
  private void count(RangeRouter.Call call, int lastSlot, ReplySink sink) {
    if (call.command().length == 1) {
      everywhere(call, lastSlot, result -> sink.reply(sum(result)));
    } else {
      everywhere(call.longer(COUNT_MS), lastSlot, result -> sink.reply(sums(result)));
    }
  }

  private static Reply sums(EveryRange.Result result) {
    Reply error = Merge.firstError(result.replies(), false);
    return error == null ? Merge.sums(result.replies()) : error;
  }

  private void slotsDelete(RangeRouter.Call call, int slots, ReplySink sink) {
    List<Integer> named = SlotsDelete.named(call.command(), slots);
    if (named == null) {
      sink.reply(RouteErrors.noSuchSlot(slots));
    } else {
      new EveryRange(ranges, call.with(Command.FLUSHDB), options.maxReplyBytes(),
          result -> sink.reply(SlotsDelete.merged(result))).ask(named);
    }
  }

  private void slotsInfo(RangeRouter.Call call, int slots, ReplySink sink) {
    switch (SlotsInfo.asked(call.command(), slots)) {
      case SlotsInfo.Asked.Refused(Reply.Err why) -> sink.reply(why);
      case SlotsInfo.Asked.Slots(int from, int to) -> {
        byte[][] each = {call.command()[0], Numbers.format(from), Numbers.format(to)};
        everywhere(call.with(each), slots - 1, result -> sink.reply(slotsInfo(result)));
      }
    }
  }

  private static Reply slotsInfo(EveryRange.Result result) {
    Reply error = Merge.firstError(result.replies(), false);
    return error == null ? SlotsInfo.merged(result.replies()) : error;
  }

  private Reply ordered(EveryRange.Result result, OrderedPages pages) {
    Reply error = Merge.firstError(result.replies(), false);
    if (error == null && result.tooLong()) {
      result.replies().forEach(Reply::release);
      return RouterOptions.replyTooLong(options.maxReplyBytes());
    }
    return error == null ? pages.merged(result.replies()) : error;
  }

  private static Reply sumOfWrites(EveryRange.Result result) {
    Reply error = Merge.firstError(result.replies(), true);
    return error == null ? Merge.sum(result.replies()) : error;
  }

  private static Reply sum(EveryRange.Result result) {
    Reply error = Merge.firstError(result.replies(), false);
    return error == null ? Merge.sum(result.replies()) : error;
  }

  private static Reply fewest(EveryRange.Result result) {
    Reply error = Merge.firstError(result.replies(), false);
    return error == null ? Merge.least(result.replies()) : error;
  }

  private static Reply allOk(EveryRange.Result result) {
    Reply error = Merge.firstError(result.replies(), true);
    return error == null ? Merge.allOk(result.replies()) : error;
  }

  private Reply concatenated(EveryRange.Result result) {
    Reply error = Merge.firstError(result.replies(), false);
    if (error != null) {
      return error;
    }
    List<Reply> all = new ArrayList<>();
    for (Reply part : result.replies()) {
      if (!(part instanceof Reply.Array(List<Reply> items))) {
        result.replies().forEach(Reply::release);
        return ReplyReader.NONSENSE;
      }
      all.addAll(items);
    }
    if (result.tooLong()) {
      all.forEach(Reply::release);
      return RouterOptions.replyTooLong(options.maxReplyBytes());
    }
    return new Reply.Array(all);
  }
}
