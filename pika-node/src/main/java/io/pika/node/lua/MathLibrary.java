package io.pika.node.lua;

import static io.pika.node.lua.Builtin.one;

import java.util.function.DoubleUnaryOperator;

/** lmathlib.c, with the random numbers of Redis. */
final class MathLibrary {
  private MathLibrary() {}

  static LuaTable create() {
    BaseLibrary.Library library = new BaseLibrary.Library();
    of(library, "abs", Math::abs);
    of(library, "acos", Math::acos);
    of(library, "asin", Math::asin);
    of(library, "atan", Math::atan);
    of(library, "ceil", Math::ceil);
    of(library, "cos", Math::cos);
    of(library, "cosh", Math::cosh);
    of(library, "deg", x -> x / (Math.PI / 180));
    of(library, "exp", Math::exp);
    of(library, "floor", Math::floor);
    of(library, "log", Math::log);
    of(library, "log10", Math::log10);
    of(library, "rad", x -> x * (Math.PI / 180));
    of(library, "sin", Math::sin);
    of(library, "sinh", Math::sinh);
    of(library, "sqrt", Math::sqrt);
    of(library, "tan", Math::tan);
    of(library, "tanh", Math::tanh);
    return library
        .on("atan2", (state, args) -> one(Math.atan2(args.number(1), args.number(2))))
        .on("fmod", (state, args) -> one(args.number(1) % args.number(2)))
        .on("mod", (state, args) -> one(args.number(1) % args.number(2)))
        .on("pow", (state, args) -> one(Math.pow(args.number(1), args.number(2))))
        .on("ldexp", (state, args) -> one(ldexp(args.number(1), args.int32(2))))
        .on("frexp", (state, args) -> frexp(args.number(1)))
        .on("modf", (state, args) -> modf(args.number(1)))
        .on("max", MathLibrary::max)
        .on("min", MathLibrary::min)
        .on("random", MathLibrary::random)
        .on("randomseed", (state, args) -> {
          state.random().seed((int) args.integer(1));
          return LuaFunction.NOTHING;
        })
        .with("pi", Math.PI)
        .with("huge", Double.POSITIVE_INFINITY)
        .freeze();
  }

  private static void of(BaseLibrary.Library library, String name, DoubleUnaryOperator function) {
    library.on(name, (state, args) -> one(function.applyAsDouble(args.number(1))));
  }

  private static double ldexp(double value, int exponent) {
    int bounded = Math.clamp(exponent, -5000, 5000);
    int half = bounded / 2;
    return Math.scalb(Math.scalb(value, half), bounded - half);
  }

  private static Object[] frexp(double value) {
    if (value == 0 || LuaNumbers.isSpecial(value)) {
      return new Object[]{value, 0.0};
    }
    double scaled = value;
    int exponent = 0;
    if (Math.abs(scaled) < Double.MIN_NORMAL) {
      scaled *= 0x1p54;
      exponent = -54;
    }
    exponent += Math.getExponent(scaled) + 1;
    return new Object[]{Math.scalb(scaled, -(Math.getExponent(scaled) + 1)), (double) exponent};
  }

  private static Object[] modf(double value) {
    double whole = value < 0 ? Math.ceil(value) : Math.floor(value);
    double rest = Double.isInfinite(value) ? Math.copySign(0.0, value) : Math.copySign(value - whole, value);
    return new Object[]{whole, rest};
  }

  private static Object[] max(LuaState state, LuaArgs args) {
    double most = args.number(1);
    for (int i = 2; i <= args.size(); i++) {
      double each = args.number(i);
      most = each > most ? each : most;
    }
    return one(most);
  }

  private static Object[] min(LuaState state, LuaArgs args) {
    double least = args.number(1);
    for (int i = 2; i <= args.size(); i++) {
      double each = args.number(i);
      least = each < least ? each : least;
    }
    return one(least);
  }

  private static Object[] random(LuaState state, LuaArgs args) {
    double r = (double) (state.random().next() % LuaRandom.MAX) / LuaRandom.MAX;
    switch (args.size()) {
      case 0 -> {
        return one(r);
      }
      case 1 -> {
        int most = args.int32(1);
        if (most < 1) {
          throw args.error(1, "interval is empty");
        }
        return one(Math.floor(r * most) + 1);
      }
      case 2 -> {
        int least = args.int32(1);
        int most = args.int32(2);
        if (least > most) {
          throw args.error(2, "interval is empty");
        }
        return one(Math.floor(r * (most - least + 1)) + least);
      }
      default -> throw state.error("wrong number of arguments");
    }
  }
}
