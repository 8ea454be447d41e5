package io.pika.node.lua;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The numbers in the text of one function, as lcode.c has them: operations on two of them are carried out at once, and 0 and -0 are
 * one constant, the one that comes first.
 */
final class Numerals {
  private final List<Expressions.Constant> zeros = new ArrayList<>();

  Expr of(int line, double number) {
    Expressions.Constant constant = new Expressions.Constant(line, number);
    if (number == 0) {
      zeros.add(constant);
    }
    return constant;
  }

  /** Null: they are not both numbers, or their result is none. */
  @Nullable
  Expr fold(int line, Operator operator, Expr left, Expr right) {
    Double a = value(left);
    Double b = value(right);
    boolean folds = switch (operator) {
      case ADD, SUBTRACT, MULTIPLY, POWER, NEGATE -> a != null && b != null;
      case DIVIDE, MODULO -> a != null && b != null && b != 0;
      case CONCAT, NOT_EQUAL, EQUAL, LESS, LESS_EQUAL, GREATER, GREATER_EQUAL, AND, OR -> false;
    };
    if (!folds || a == null || b == null || Double.isNaN(operator.apply(a, b))) {
      return null;
    }
    zeros.removeIf(zero -> zero == left || zero == right);
    return of(line, operator.apply(a, b));
  }

  private static @Nullable Double value(Expr expr) {
    return expr instanceof Expressions.Constant constant && constant.value instanceof Double number
        ? number
        : null;
  }

  /** The function is complete. */
  void share() {
    for (Expressions.Constant zero : zeros) {
      zero.value = zeros.getFirst().value;
    }
  }
}
