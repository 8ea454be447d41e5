package io.pika.node.lua;

import static io.pika.node.lua.Builtin.one;

import java.util.function.DoubleBinaryOperator;
import java.util.function.DoubleUnaryOperator;

/** lmathlib.c, with the random numbers of Redis. */
final class MathLibrary {
  private MathLibrary() {}

  static LuaTable create() {
    BaseLibrary.Library library = new BaseLibrary.Library(28);
    of(library, "abs", Math::abs);
    of(library, "acos", Math::acos);
    of(library, "asin", Math::asin);
    library.on("atan2", (state, args) -> two(args, Math::atan2));
    of(library, "atan", Math::atan);
    of(library, "ceil", Math::ceil);
    of(library, "cosh", Math::cosh);
    of(library, "cos", Math::cos);
    of(library, "deg", x -> x / (Math.PI / 180));
    of(library, "exp", Math::exp);
    of(library, "floor", Math::floor);
    library.on("fmod", (state, args) -> two(args, (x, y) -> x % y))
        .on("frexp", (state, args) -> frexp(args.number(1)))
        .on("ldexp", (state, args) -> two(args, (x, y) -> ldexp(x, (int) LuaArgs.toInteger(y))));
    of(library, "log10", MathLibrary::log10);
    of(library, "log", Math::log);
    library.on("max", MathLibrary::max)
        .on("min", MathLibrary::min)
        .on("modf", (state, args) -> modf(args.number(1)))
        .on("pow", (state, args) -> two(args, LuaNumbers::power));
    of(library, "rad", x -> x * (Math.PI / 180));
    library.on("random", MathLibrary::random)
        .on("randomseed", (state, args) -> {
          state.random().seed((int) args.integer(1));
          return LuaFunction.NOTHING;
        });
    of(library, "sinh", Math::sinh);
    of(library, "sin", Math::sin);
    of(library, "sqrt", Math::sqrt);
    of(library, "tanh", Math::tanh);
    of(library, "tan", Math::tan);
    return library
        .with("pi", Math.PI)
        .with("huge", Double.POSITIVE_INFINITY)
        .on("mod", (state, args) -> two(args, (x, y) -> x % y))
        .freeze();
  }

  /** Of what is below zero no number, without a sign, as C's library has it. */
  private static double log10(double x) {
    return x < 0 ? Double.NaN : Math.log10(x);
  }

  private static void of(BaseLibrary.Library library, String name, DoubleUnaryOperator function) {
    library.on(name, (state, args) -> one(function.applyAsDouble(args.number(1))));
  }

  /** The second argument is looked at first, as compilers of C do it. */
  private static Object[] two(LuaArgs args, DoubleBinaryOperator function) {
    double second = args.number(2);
    return one(function.applyAsDouble(args.number(1), second));
  }

  private static double ldexp(double value, int exponent) {
    return Math.scalb(value, exponent);
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
