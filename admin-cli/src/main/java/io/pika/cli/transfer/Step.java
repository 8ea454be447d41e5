package io.pika.cli.transfer;

import java.util.List;

/**
 * What is done to the table at once: one command, or several as a transaction.
 *
 * @param before of a {@link Role#LIST_PIECE}: how long the list is before it; of commands of a log: the offset behind them
 */
record Step(TargetKey key, Role role, List<byte[][]> commands, long before) {
  /** What a step is to its key. It decides what its replies mean, and what is done when nobody knows whether it was done. */
  enum Role {
    /** The whole key; done twice is done once. */
    WHOLE,
    /** A piece of it, that done twice is done once. */
    PIECE,
    /** Items at a list's end: the list's length tells whether it was done. */
    LIST_PIECE,
    /** The key gets its name. */
    LAST,
    /** Commands of a log in one slot, with the slot's mark; the key is the mark. */
    COMMANDS,
    /** A command over several slots, or over none, with nothing else on its way; the mark follows it. */
    ALONE
  }

  static Step of(TargetKey key, Role role, byte[]... command) {
    return new Step(key, role, List.of(new byte[][][]{command}), 0);
  }

  boolean isTransaction() { return commands.size() > 1; }
}
