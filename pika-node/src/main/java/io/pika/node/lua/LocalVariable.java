package io.pika.node.lua;

/** A local variable, as the parser knows it. */
final class LocalVariable {
  final LuaString name;
  final int slot;
  /** An inner function uses it too: it lives in a {@link Cell}. Known when the text has been parsed. */
  boolean isCaptured;

  LocalVariable(LuaString name, int slot) {
    this.name = name;
    this.slot = slot;
  }

  /** A new variable, not the one of the turn of the loop before. */
  void declare(Frame frame, Object value) {
    frame.slots[slot] = isCaptured ? new Cell(value) : value;
  }

  void assign(Frame frame, Object value) {
    if (isCaptured) {
      ((Cell) frame.slots[slot]).value = value;
    } else {
      frame.slots[slot] = value;
    }
  }
}
