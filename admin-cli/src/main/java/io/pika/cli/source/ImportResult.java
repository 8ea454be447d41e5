package io.pika.cli.source;

import io.pika.cli.transfer.Tally;
import java.util.List;

/**
 * How an import ended.
 *
 * @param compared how many keys were compared
 * @param different those of them that are not in the table what they are in the source
 * @param from where it went on, in words; empty: at the start
 */
public record ImportResult(Tally tally, int compared, List<Tally.Failure> different, String from) {
  public ImportResult {
    different = List.copyOf(different);
  }

  public boolean isGood() { return different.isEmpty() && tally.failedKeys() == 0; }
}
