package io.pika.proxy.routing;

import io.pika.proxy.protocol.Command;
import io.pika.proxy.protocol.Numbers;
import io.pika.proxy.protocol.Reply;
import java.nio.charset.StandardCharsets;

/** SLOTSSCAN of Codis and Pika, {@code slot cursor [MATCH pattern] [COUNT n]}: a SCAN of one slot, at its leader. */
final class SlotScan implements RangeRouter.Answers {
  private final RangeRouter ranges;
  private final RangeRouter.Call call;
  private final ReplySink sink;

  private SlotScan(RangeRouter ranges, RangeRouter.Call call, ReplySink sink) {
    this.ranges = ranges;
    this.call = call;
    this.sink = sink;
  }

  static void start(RangeRouter ranges, RangeRouter.Call call, int slots, ReplySink sink) {
    byte[] slot = call.command()[1];
    boolean known = Numbers.isLong(slot) && Numbers.parseLong(slot) >= 0 && Numbers.parseLong(slot) < slots;
    if (!known) {
      sink.reply(RouteErrors.noSuchSlot(slots));
      return;
    }
    int number = (int) Numbers.parseLong(slot);
    new SlotScan(ranges, call.with(scan(call.command())), sink).turnedBack(number, number);
  }

  private static byte[][] scan(byte[][] command) {
    byte[][] scan = new byte[command.length - 1][];
    scan[0] = Command.SCAN.redisName().getBytes(StandardCharsets.US_ASCII);
    System.arraycopy(command, 2, scan, 1, scan.length - 1);
    return scan;
  }

  @Override
  public void answered(int from, int to, Reply reply) {
    sink.reply(reply);
  }

  @Override
  public void turnedBack(int from, int to) {
    Reply.Err end = ranges.askFirst(call, from, to, this);
    if (end != null) {
      sink.reply(end);
    }
  }
}
