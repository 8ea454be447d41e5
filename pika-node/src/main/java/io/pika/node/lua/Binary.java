package io.pika.node.lua;

/** Arithmetic and comparison of two values. */
final class Binary extends Expr {
  private final Operator operator;
  private final Expr left;
  private final Expr right;
  private final boolean isRightPlain;

  Binary(int line, Operator operator, Expr left, Expr right) {
    super(line, deepest(left, right));
    this.operator = operator;
    this.left = left;
    this.right = right;
    this.isRightPlain = right.isPlain();
  }

  @Override
  Object eval(Frame frame) {
    Object a = left.eval(frame);
    Object b;
    if (isRightPlain || a instanceof Double) {
      b = right.eval(frame);
    } else {
      frame.state.hold(a);
      b = right.eval(frame);
      frame.state.letGo();
    }
    return switch (operator) {
      case EQUAL -> Operations.equal(frame.state, a, b);
      case NOT_EQUAL -> !Operations.equal(frame.state, a, b);
      case LESS -> Operations.less(frame, line, a, b);
      case LESS_EQUAL -> Operations.lessOrEqual(frame, line, a, b);
      case GREATER -> Operations.less(frame, line, b, a);
      case GREATER_EQUAL -> Operations.lessOrEqual(frame, line, b, a);
      case ADD -> a instanceof Double x && b instanceof Double y ? (Object) (x + y) : slow(frame, a, b);
      case SUBTRACT -> a instanceof Double x && b instanceof Double y ? (Object) (x - y) : slow(frame, a, b);
      case MULTIPLY, DIVIDE, MODULO, POWER -> a instanceof Double x && b instanceof Double y
          ? (Object) operator.apply(x, y)
          : slow(frame, a, b);
      case CONCAT, AND, OR, NEGATE -> throw new IllegalStateException(operator + " has a class of its own");
    };
  }

  private Object slow(Frame frame, Object a, Object b) {
    return Operations.arithmetic(frame, line, operator, a, b, left.name(), right.name());
  }
}
