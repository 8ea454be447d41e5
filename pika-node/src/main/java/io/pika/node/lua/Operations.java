package io.pika.node.lua;

import org.jspecify.annotations.Nullable;

/** What operators do to values that are not plain numbers: conversions, metamethods, errors (lvm.c, ldebug.c). */
final class Operations {
  static final LuaString INDEX = LuaString.of("__index");
  static final LuaString NEW_INDEX = LuaString.of("__newindex");
  private static final LuaString CALL = LuaString.of("__call");
  private static final LuaString EQ = LuaString.of("__eq");
  private static final LuaString LT = LuaString.of("__lt");
  private static final LuaString LE = LuaString.of("__le");
  private static final int MAX_LOOP = 100;
  static final String READ_ONLY = "Attempt to modify a readonly table";

  private Operations() {}

  static String typeName(Object value) {
    return switch (value) {
      case Nil _ -> "nil";
      case Boolean _ -> "boolean";
      case Double _ -> "number";
      case LuaString _ -> "string";
      case LuaTable _ -> "table";
      case LuaFunction _ -> "function";
      case LuaCoroutine _ -> "thread";
      default -> "userdata";
    };
  }

  /** " local 'x' (a nil value)", or " a nil value". */
  static String described(Object value, String name) {
    String type = typeName(value);
    return name.isEmpty() ? " a " + type + " value" : name + " (a " + type + " value)";
  }

  static Object[] call(LuaState state, Object function, Object[] args, String name) {
    if (function instanceof LuaFunction callable) {
      return callable.call(state, args);
    }
    Object handler = state.metamethod(function, CALL);
    if (!(handler instanceof LuaFunction callable)) {
      throw state.error("attempt to call" + described(function, name));
    }
    Object[] all = new Object[args.length + 1];
    all[0] = function;
    System.arraycopy(args, 0, all, 1, args.length);
    return callable.call(state, all);
  }

  private static Object first(Object[] values) {
    return values.length == 0 ? Nil.NIL : values[0];
  }

  /** @param name of the object, for messages */
  static Object index(Frame frame, int line, Object object, Object key, String name) {
    Object at = object;
    for (int i = 0; i < MAX_LOOP; i++) {
      Object handler;
      if (at instanceof LuaTable table) {
        Object value = table.get(key);
        LuaTable metatable = table.metatable();
        if (value != Nil.NIL || metatable == null) {
          return value;
        }
        handler = metatable.get(INDEX);
        if (handler == Nil.NIL) {
          return value;
        }
      } else {
        handler = frame.state.metamethod(at, INDEX);
        if (handler == Nil.NIL) {
          throw frame.state.errorAt(line, "attempt to index" + described(at, i == 0 ? name : ""));
        }
      }
      if (handler instanceof LuaFunction function) {
        frame.currentLine = line;
        return first(frame.state.callNative(function, new Object[]{at, key}));
      }
      at = handler;
    }
    throw frame.state.errorAt(line, "loop in gettable");
  }

  static void setIndex(Frame frame, int line, Object object, Object key, Object value, String name) {
    Object at = object;
    for (int i = 0; i < MAX_LOOP; i++) {
      Object handler;
      if (at instanceof LuaTable table) {
        LuaTable metatable = table.metatable();
        handler = metatable == null || table.get(key) != Nil.NIL ? Nil.NIL : metatable.get(NEW_INDEX);
        if (handler == Nil.NIL) {
          rawSet(frame, line, table, key, value);
          return;
        }
        // Lua makes room for the key before it asks for a handler.
        rawSet(frame, line, table, key, Nil.NIL);
      } else {
        handler = frame.state.metamethod(at, NEW_INDEX);
        if (handler == Nil.NIL) {
          throw frame.state.errorAt(line, "attempt to index" + described(at, i == 0 ? name : ""));
        }
      }
      if (handler instanceof LuaFunction function) {
        frame.currentLine = line;
        frame.state.callNative(function, new Object[]{at, key, value});
        return;
      }
      at = handler;
    }
    throw frame.state.errorAt(line, "loop in settable");
  }

  static void rawSet(Frame frame, int line, LuaTable table, Object key, Object value) {
    String why = whyNotSettable(table, key);
    if (why != null) {
      throw frame.state.errorAt(line, why);
    }
    table.set(frame.state, key, value);
  }

  static @Nullable String whyNotSettable(LuaTable table, Object key) {
    if (table.isReadOnly()) {
      return READ_ONLY;
    }
    if (key == Nil.NIL) {
      return "table index is nil";
    }
    return key instanceof Double number && number.isNaN() ? "table index is NaN" : null;
  }

  static Object arithmetic(Frame frame, int line, Operator operator, Object a, Object b, String nameA,
      String nameB) {
    Double x = LuaNumbers.toNumber(a);
    Double y = LuaNumbers.toNumber(b);
    if (x != null && y != null) {
      return operator.apply(x, y);
    }
    Object handler = frame.state.metamethod(a, operator.event);
    if (handler == Nil.NIL) {
      handler = frame.state.metamethod(b, operator.event);
    }
    if (handler == Nil.NIL) {
      boolean second = x != null;
      throw frame.state.errorAt(line,
          "attempt to perform arithmetic on" + described(second ? b : a, second ? nameB : nameA));
    }
    return first(frame.state.callNative(handler, new Object[]{a, b}));
  }

  static boolean equal(LuaState state, Object a, Object b) {
    if (rawEqual(a, b)) {
      return true;
    }
    if (!(a instanceof LuaTable x && b instanceof LuaTable y)) {
      return false;
    }
    Object handler = state.metamethod(x, EQ);
    if (handler == Nil.NIL || !rawEqual(handler, state.metamethod(y, EQ))) {
      return false;
    }
    return Expr.isTrue(first(state.callNative(handler, new Object[]{a, b})));
  }

  static boolean rawEqual(Object a, Object b) {
    if (a instanceof Double x) {
      return b instanceof Double y && x.doubleValue() == y.doubleValue();
    }
    return a == b || a instanceof LuaString && a.equals(b) || a instanceof Boolean && a.equals(b);
  }

  static boolean less(Frame frame, int line, Object a, Object b) {
    if (a instanceof Double x && b instanceof Double y) {
      return x < y;
    }
    if (a instanceof LuaString x && b instanceof LuaString y) {
      return x.compareTo(y) < 0;
    }
    Object handler = comparison(frame.state, a, b, LT);
    if (handler == Nil.NIL) {
      throw incomparable(frame, line, a, b);
    }
    return Expr.isTrue(first(frame.state.callNative(handler, new Object[]{a, b})));
  }

  static boolean lessOrEqual(Frame frame, int line, Object a, Object b) {
    if (a instanceof Double x && b instanceof Double y) {
      return x <= y;
    }
    if (a instanceof LuaString x && b instanceof LuaString y) {
      return x.compareTo(y) <= 0;
    }
    Object handler = comparison(frame.state, a, b, LE);
    if (handler != Nil.NIL) {
      return Expr.isTrue(first(frame.state.callNative(handler, new Object[]{a, b})));
    }
    handler = comparison(frame.state, b, a, LT);
    if (handler == Nil.NIL) {
      throw incomparable(frame, line, a, b);
    }
    return !Expr.isTrue(first(frame.state.callNative(handler, new Object[]{b, a})));
  }

  private static Object comparison(LuaState state, Object a, Object b, LuaString event) {
    if (!typeName(a).equals(typeName(b))) {
      return Nil.NIL;
    }
    Object handler = state.metamethod(a, event);
    return handler != Nil.NIL && rawEqual(handler, state.metamethod(b, event)) ? handler : Nil.NIL;
  }

  private static LuaError incomparable(Frame frame, int line, Object a, Object b) {
    return line == 0
        ? frame.state.raise(LuaString.of(compareMessage(a, b)))
        : frame.state.errorAt(line, compareMessage(a, b));
  }

  static String compareMessage(Object a, Object b) {
    String first = typeName(a);
    String second = typeName(b);
    return first.equals(second)
        ? "attempt to compare two " + first + " values"
        : "attempt to compare " + first + " with " + second;
  }

  static Object concat(Frame frame, int line, Object[] values, Expr[] parts) {
    LuaState state = frame.state;
    long total = 0;
    int texts = 0;
    for (int i = values.length - 1; i >= 0 && isText(values[i]); i--) {
      values[i] = text(state, values[i]);
      total += ((LuaString) values[i]).length();
      texts++;
    }
    if (texts < values.length) {
      return concatSlowly(frame, line, values, parts);
    }
    if (total > Integer.MAX_VALUE - 64) {
      throw state.error("string length overflow");
    }
    state.ticks(total);
    state.charge(LuaState.stringBytes((int) total));
    byte[] joined = new byte[(int) total];
    int at = 0;
    for (Object value : values) {
      byte[] bytes = ((LuaString) value).bytes();
      System.arraycopy(bytes, 0, joined, at, bytes.length);
      at += bytes.length;
    }
    return LuaString.of(joined);
  }

  private static Object concatSlowly(Frame frame, int line, Object[] values, Expr[] parts) {
    LuaState state = frame.state;
    Object right = values[values.length - 1];
    String rightName = parts[values.length - 1].name();
    for (int i = values.length - 2; i >= 0; i--) {
      Object left = values[i];
      if (isText(left) && isText(right)) {
        right = concat(frame, line, new Object[]{left, right}, parts);
      } else {
        Object handler = state.metamethod(left, Operator.CONCAT.event);
        if (handler == Nil.NIL) {
          handler = state.metamethod(right, Operator.CONCAT.event);
        }
        if (handler == Nil.NIL) {
          boolean wrongIsRight = isText(left);
          throw state.errorAt(line, "attempt to concatenate"
              + described(wrongIsRight ? right : left, wrongIsRight ? rightName : parts[i].name()));
        }
        right = first(state.callNative(handler, new Object[]{left, right}));
      }
      rightName = "";
    }
    return right;
  }

  private static boolean isText(Object value) {
    return value instanceof LuaString || value instanceof Double;
  }

  static LuaString text(LuaState state, Object value) {
    return value instanceof LuaString string ? string : state.string(LuaNumbers.format((Double) value));
  }
}
