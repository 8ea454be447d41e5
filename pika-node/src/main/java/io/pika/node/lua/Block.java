package io.pika.node.lua;

/** Statements one after the other. */
final class Block extends Stat {
  static final Block EMPTY = new Block(new Stat[0]);

  private final Stat[] statements;

  Block(Stat[] statements) {
    this.statements = statements;
  }

  @Override
  Outcome exec(Frame frame) {
    for (Stat statement : statements) {
      Outcome outcome = statement.exec(frame);
      if (outcome != Outcome.GO_ON) {
        return outcome;
      }
    }
    return Outcome.GO_ON;
  }
}
