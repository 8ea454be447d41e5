package io.pika.node.pubsub;

import io.pika.core.bytes.Bytes;
import io.pika.proxy.protocol.Reply;
import io.pika.proxy.routing.ReplyReader;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Puts together what nodes answer about messages; the first answer is this node's own. What another node answers
 * that fits in no place (an error, as from a node that does not serve messages yet) counts as nothing.
 */
final class MergedAnswers {
  private MergedAnswers() {}

  /** Counts of receivers. */
  static Reply sum(List<Reply> answers) {
    long sum = 0;
    for (Reply answer : answers) {
      sum += number(answer);
    }
    return Reply.of(sum);
  }

  private static long number(Reply answer) {
    if (answer instanceof Reply.Int(long value)) {
      return value;
    }
    answer.release();
    return 0;
  }

  /** Names and their numbers in turn: the same names everywhere. */
  static Reply sums(List<Reply> answers) {
    List<Reply> merged = new ArrayList<>();
    for (Reply answer : answers) {
      List<Reply> pairs = items(answer);
      for (int i = 0; i < pairs.size(); i++) {
        Reply item = ReplyReader.open(pairs.get(i));
        if (i >= merged.size()) {
          merged.add(item);
        } else if (merged.get(i) instanceof Reply.Int(long before)) {
          merged.set(i, Reply.of(before + number(item)));
        }
      }
    }
    return Reply.array(merged);
  }

  /** Names, each once. */
  static Set<Bytes> union(List<Reply> answers) {
    Set<Bytes> union = new LinkedHashSet<>();
    for (Reply answer : answers) {
      for (Reply item : items(answer)) {
        if (ReplyReader.open(item) instanceof Reply.Bulk(byte[] name)) {
          union.add(Bytes.of(name));
        }
      }
    }
    return union;
  }

  private static List<Reply> items(Reply answer) {
    if (answer instanceof Reply.Array(List<Reply> items)) {
      return items;
    }
    answer.release();
    return List.of();
  }
}
