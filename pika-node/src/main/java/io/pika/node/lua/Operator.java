package io.pika.node.lua;

/** The operators on two values, with how tightly they bind to the left and right (lparser.c). */
enum Operator {
  ADD("__add", 6, 6), SUBTRACT("__sub", 6, 6), MULTIPLY("__mul", 7, 7), DIVIDE("__div", 7, 7),
  MODULO("__mod", 7, 7),
  POWER("__pow", 10, 9), CONCAT("__concat", 5, 4), NOT_EQUAL("", 3, 3), EQUAL("", 3, 3), LESS("", 3, 3),
  LESS_EQUAL("", 3, 3), GREATER("", 3, 3), GREATER_EQUAL("", 3, 3), AND("", 2, 2), OR("", 1, 1),
  NEGATE("__unm", 8, 8);

  final LuaString event;
  final int left;
  final int right;

  Operator(String event, int left, int right) {
    this.event = LuaString.of(event);
    this.left = left;
    this.right = right;
  }

  double apply(double a, double b) {
    return switch (this) {
      case ADD -> a + b;
      case SUBTRACT -> a - b;
      case MULTIPLY -> a * b;
      case DIVIDE -> a / b;
      case MODULO -> a - Math.floor(a / b) * b;
      case POWER -> LuaNumbers.power(a, b);
      case NEGATE -> -a;
      case CONCAT, NOT_EQUAL, EQUAL, LESS, LESS_EQUAL, GREATER, GREATER_EQUAL, AND, OR ->
        throw new IllegalStateException(this + " is no arithmetic");
    };
  }
}
