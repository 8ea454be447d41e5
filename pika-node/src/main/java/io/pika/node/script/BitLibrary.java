package io.pika.node.script;

import io.pika.node.lua.BaseLibrary;
import io.pika.node.lua.LuaArgs;
import io.pika.node.lua.LuaState;
import io.pika.node.lua.LuaTable;
import java.util.function.IntBinaryOperator;
import java.util.function.IntUnaryOperator;

/** Lua BitOp 1.0.2: whole numbers of 32 bits. */
final class BitLibrary {
  private BitLibrary() {}

  static LuaTable create() {
    BaseLibrary.Library library = new BaseLibrary.Library(12);
    one(library, "tobit", x -> x);
    one(library, "bnot", x -> ~x);
    all(library, "band", (a, b) -> a & b);
    all(library, "bor", (a, b) -> a | b);
    all(library, "bxor", (a, b) -> a ^ b);
    two(library, "lshift", (a, n) -> a << n);
    two(library, "rshift", (a, n) -> a >>> n);
    two(library, "arshift", (a, n) -> a >> n);
    two(library, "rol", Integer::rotateLeft);
    two(library, "ror", Integer::rotateRight);
    one(library, "bswap", Integer::reverseBytes);
    return library.on("tohex", BitLibrary::toHex).freeze();
  }

  private static void one(BaseLibrary.Library library, String name, IntUnaryOperator operator) {
    library.on(name, (state, args) -> new Object[]{(double) operator.applyAsInt(bits(args, 1))});
  }

  private static void two(BaseLibrary.Library library, String name, IntBinaryOperator operator) {
    library.on(name,
        (state, args) -> new Object[]{(double) operator.applyAsInt(bits(args, 1), bits(args, 2) & 31)});
  }

  private static void all(BaseLibrary.Library library, String name, IntBinaryOperator operator) {
    library.on(name, (state, args) -> {
      int bits = bits(args, 1);
      for (int i = args.size(); i > 1; i--) {
        bits = operator.applyAsInt(bits, bits(args, i));
      }
      return new Object[]{(double) bits};
    });
  }

  /** The low 32 bits, rounded as adding 2^52 + 2^51 rounds. */
  private static int bits(LuaArgs args, int index) {
    double biased = args.number(index) + 6755399441055744.0;
    return (int) Double.doubleToRawLongBits(biased);
  }

  private static Object[] toHex(LuaState state, LuaArgs args) {
    int bits = bits(args, 1);
    int digits = args.size() < 2 ? 8 : bits(args, 2);
    boolean upper = digits < 0;
    int shown = Math.min(digits == Integer.MIN_VALUE ? 8 : Math.abs(digits), 8);
    String text = String.format("%08x", bits).substring(8 - shown);
    return new Object[]{state.string(upper ? text.toUpperCase(java.util.Locale.ROOT) : text)};
  }
}
