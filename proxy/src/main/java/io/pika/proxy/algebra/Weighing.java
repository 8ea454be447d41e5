package io.pika.proxy.algebra;

import io.pika.proxy.protocol.Args;
import io.pika.proxy.protocol.Numbers;
import io.pika.proxy.protocol.RefusalException;
import io.pika.proxy.protocol.Reply;
import java.util.Arrays;

/**
 * How the scores of several sorted sets become one. The array is shared: nobody changes it.
 *
 * @param weights one for each operand, in their order
 */
public record Weighing(double[] weights, Aggregate aggregate) {
  private static final RefusalException NO_WEIGHT = new RefusalException("ERR weight value is not a float");

  /** Which of the options a command has. */
  public enum Options {
    WEIGHTS, NO_WEIGHTS
  }

  public static Weighing plain(int operands) {
    double[] weights = new double[operands];
    Arrays.fill(weights, 1);
    return new Weighing(weights, Aggregate.SUM);
  }

  /** Reads WEIGHTS or AGGREGATE; the last of each kind counts. */
  public Weighing with(Args args, Options options) {
    int operands = weights.length;
    if (options == Options.WEIGHTS && args.remaining() > operands && args.takeIf("WEIGHTS")) {
      double[] given = new double[operands];
      for (int i = 0; i < operands; i++) {
        given[i] = weight(args.takeBytes());
      }
      return new Weighing(given, aggregate);
    }
    if (options == Options.WEIGHTS && args.remaining() > 1 && args.takeIf("AGGREGATE")) {
      return new Weighing(weights, aggregate(args));
    }
    throw new RefusalException(Reply.SYNTAX_ERROR);
  }

  private static double weight(byte[] text) {
    double weight = Numbers.parseDouble(text);
    if (Double.isNaN(weight)) {
      throw NO_WEIGHT;
    }
    return weight;
  }

  private static Aggregate aggregate(Args args) {
    for (Aggregate each : Aggregate.values()) {
      if (args.takeIf(each.name())) {
        return each;
      }
    }
    throw new RefusalException(Reply.SYNTAX_ERROR);
  }
}
