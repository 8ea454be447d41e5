package io.pika.proxy.routing;

import io.pika.proxy.protocol.Reply;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongBinaryOperator;
import org.jspecify.annotations.Nullable;

/** Puts the opened replies of a command's parts together. */
final class Merge {
  private static final String PARTLY = "; other parts of this command may have been carried out";

  private Merge() {}

  /**
   * Null: no part failed. Otherwise the error of the first that did, in the order of the parts; for a write, with a
   * warning if not all failed. Releases the rest.
   */
  static @Nullable Reply firstError(List<Reply> parts, boolean writes) {
    Reply.Err first = null;
    int failed = 0;
    for (Reply part : parts) {
      if (part instanceof Reply.Err error) {
        first = first == null ? error : first;
        failed++;
      }
    }
    if (first == null) {
      return null;
    }
    parts.forEach(Reply::release);
    return writes && failed < parts.size() ? Reply.error(first.text() + PARTLY) : first;
  }

  static Reply sum(List<Reply> parts) {
    return combined(parts, 0, Long::sum);
  }

  static Reply least(List<Reply> parts) {
    return combined(parts, Long.MAX_VALUE, Math::min);
  }

  private static Reply combined(List<Reply> parts, long first, LongBinaryOperator operator) {
    long result = first;
    for (Reply part : parts) {
      if (!(part instanceof Reply.Int(long value))) {
        parts.forEach(Reply::release);
        return ReplyReader.NONSENSE;
      }
      result = operator.applyAsLong(result, value);
    }
    return Reply.of(result);
  }

  /** At each place of equally long arrays the sum of the numbers. */
  static Reply sums(List<Reply> parts) {
    return combined(parts, Long::sum);
  }

  private static Reply combined(List<Reply> parts, LongBinaryOperator operator) {
    List<Reply> combined = new ArrayList<>();
    boolean fits = true;
    for (Reply part : parts) {
      if (!(part instanceof Reply.Array(List<Reply> items))) {
        part.release();
        fits = false;
        continue;
      }
      for (int i = 0; i < items.size(); i++) {
        Reply item = ReplyReader.open(items.get(i));
        if (i == combined.size()) {
          combined.add(item);
        } else if (item instanceof Reply.Int(long x) && combined.get(i) instanceof Reply.Int(long y)) {
          combined.set(i, Reply.of(operator.applyAsLong(x, y)));
        }
      }
    }
    return fits ? new Reply.Array(combined) : ReplyReader.NONSENSE;
  }

  static Reply allOk(List<Reply> parts) {
    for (Reply part : parts) {
      if (!part.equals(Reply.OK)) {
        parts.forEach(Reply::release);
        return ReplyReader.NONSENSE;
      }
    }
    return Reply.OK;
  }
}
