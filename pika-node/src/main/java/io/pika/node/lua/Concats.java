package io.pika.node.lua;

import java.util.ArrayList;
import java.util.List;

/** Joins a..(b..c) to one list, as the one instruction that Lua 5.1 makes of it. */
final class Concats {
  private Concats() {}

  static Expr join(int line, Expr left, Expr right) {
    List<Expr> parts = new ArrayList<>();
    parts.add(left);
    if (right instanceof Expressions.Concat concat) {
      parts.addAll(List.of(concat.parts));
    } else {
      parts.add(right);
    }
    return new Expressions.Concat(line, parts.toArray(Expr[]::new));
  }
}
