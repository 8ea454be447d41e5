package io.pika.node.lua;

/** The arguments of a function that is written in Java, with the checks and messages of lauxlib.c. Counted from 1. */
public final class LuaArgs {
  private final LuaState state;
  private final Object[] values;

  LuaArgs(LuaState state, Object[] values) {
    this.state = state;
    this.values = values;
  }

  public int size() {
    return values.length;
  }

  public Object get(int index) {
    return index <= values.length ? values[index - 1] : Nil.NIL;
  }

  /** The same with nil behind them. */
  public LuaArgs withNil() {
    Object[] more = java.util.Arrays.copyOf(values, values.length + 1);
    more[values.length] = Nil.NIL;
    return new LuaArgs(state, more);
  }

  Object[] all() {
    return values;
  }

  public boolean isNoneOrNil(int index) {
    return get(index) == Nil.NIL;
  }

  public Object any(int index) {
    if (index > values.length) {
      throw error(index, "value expected");
    }
    return values[index - 1];
  }

  public LuaTable table(int index) {
    if (get(index) instanceof LuaTable table) {
      return table;
    }
    throw wrongType(index, "table");
  }

  public LuaFunction function(int index) {
    if (get(index) instanceof LuaFunction function) {
      return function;
    }
    throw wrongType(index, "function");
  }

  public LuaString string(int index) {
    Object value = get(index);
    if (value instanceof LuaString || value instanceof Double) {
      return Operations.text(state, value);
    }
    throw wrongType(index, "string");
  }

  public LuaString string(int index, LuaString otherwise) {
    return isNoneOrNil(index) ? otherwise : string(index);
  }

  public double number(int index) {
    Double number = LuaNumbers.toNumber(get(index));
    if (number == null) {
      throw wrongType(index, "number");
    }
    return number;
  }

  /** As luaL_checkinteger: cut to the whole part. */
  public long integer(int index) {
    return toInteger(number(index));
  }

  public long integer(int index, long otherwise) {
    return isNoneOrNil(index) ? otherwise : integer(index);
  }

  public int int32(int index) {
    return (int) integer(index);
  }

  public int int32(int index, int otherwise) {
    return (int) integer(index, otherwise);
  }

  /** As C converts on x86-64: what does not fit is the smallest number. */
  static long toInteger(double number) {
    return number >= -0x1p63 && number < 0x1p63 ? (long) number : Long.MIN_VALUE;
  }

  public LuaError wrongType(int index, String expected) {
    String actual = index > values.length ? "no value" : Operations.typeName(get(index));
    return error(index, expected + " expected, got " + actual);
  }

  /** "bad argument #1 to 'rep' (...)". */
  public LuaError error(int index, String message) {
    Frame frame = state.stack.frame;
    Call call = frame == null || frame.closure == null ? null : frame.call;
    if (call == null) {
      return state.error("bad argument #" + index + " to '?' (" + message + ")");
    }
    int shown = call.isMethod() ? index - 1 : index;
    if (shown == 0) {
      return state.error("calling '" + call.functionName() + "' on bad self (" + message + ")");
    }
    return state.error("bad argument #" + shown + " to '" + call.functionName() + "' (" + message + ")");
  }
}
