package io.pika.node.lua;

/** The kinds of expressions, but for {@link Call} and {@link Binary}. */
final class Expressions {
  private Expressions() {}

  static final class Constant extends Expr {
    /** Does not change when the function has been parsed. */
    Object value;

    Constant(int line, Object value) {
      super(line, 0);
      this.value = value;
    }

    @Override
    Object eval(Frame frame) {
      return value;
    }

    @Override
    boolean isPlain() { return true; }
  }

  static final class Local extends Expr {
    final LocalVariable variable;

    Local(int line, LocalVariable variable) {
      super(line, 0);
      this.variable = variable;
    }

    @Override
    Object eval(Frame frame) {
      Object value = frame.slots[variable.slot];
      return value instanceof Cell cell ? cell.value : value;
    }

    @Override
    boolean isPlain() { return true; }

    @Override
    String name() {
      return " local '" + variable.name + "'";
    }
  }

  static final class Upvalue extends Expr {
    final int index;
    private final String name;

    Upvalue(int line, int index, String name) {
      super(line, 0);
      this.index = index;
      this.name = name;
    }

    @Override
    Object eval(Frame frame) {
      return frame.function().upvalue(index).value;
    }

    @Override
    boolean isPlain() { return true; }

    @Override
    String name() {
      return " upvalue '" + name + "'";
    }
  }

  static final class Global extends Expr {
    final LuaString name;

    Global(int line, LuaString name) {
      super(line, 0);
      this.name = name;
    }

    @Override
    Object eval(Frame frame) {
      LuaTable globals = frame.function().globals;
      Object value = globals.get(name);
      return value == Nil.NIL ? Operations.index(frame, line, globals, name, "") : value;
    }

    @Override
    String name() {
      return " global '" + name + "'";
    }
  }

  static final class Index extends Expr {
    final Expr table;
    final Expr key;

    Index(int line, Expr table, Expr key) {
      super(line, deepest(table, key));
      this.table = table;
      this.key = key;
    }

    @Override
    Object eval(Frame frame) {
      Object object = table.eval(frame);
      Object at;
      if (key.isPlain()) {
        at = key.eval(frame);
      } else {
        frame.state.hold(object);
        at = key.eval(frame);
        frame.state.letGo();
      }
      return Operations.index(frame, line, object, at, table.name());
    }

    @Override
    String name() {
      return key instanceof Constant constant && constant.value instanceof LuaString string
          ? " field '" + string + "'"
          : "";
    }
  }

  static final class Varargs extends Expr {
    Varargs(int line) {
      super(line, 0);
    }

    @Override
    Object eval(Frame frame) {
      return frame.varargs.length == 0 ? Nil.NIL : frame.varargs[0];
    }

    @Override
    Object[] evalAll(Frame frame) {
      frame.state.charge(frame.varargs.length * 8L);
      return frame.varargs.clone();
    }

    @Override
    boolean isMulti() { return true; }

    @Override
    boolean isPlain() { return true; }
  }

  /** In parentheses: one value of many. */
  static final class Single extends Expr {
    private final Expr inner;

    Single(Expr inner) {
      super(inner.line, inner.depth);
      this.inner = inner;
    }

    @Override
    Object eval(Frame frame) {
      return inner.eval(frame);
    }

    @Override
    String name() {
      return inner.name();
    }
  }

  /** A variable that messages do not name. */
  static final class Hidden extends Expr {
    private final LocalVariable variable;

    Hidden(int line, LocalVariable variable) {
      super(line, 0);
      this.variable = variable;
    }

    @Override
    Object eval(Frame frame) {
      return frame.slots[variable.slot];
    }

    @Override
    boolean isPlain() { return true; }
  }

  static final class And extends Expr {
    private final Expr left;
    private final Expr right;

    And(int line, Expr left, Expr right) {
      super(line, deepest(left, right));
      this.left = left;
      this.right = right;
    }

    @Override
    Object eval(Frame frame) {
      Object value = left.eval(frame);
      return isTrue(value) ? right.eval(frame) : value;
    }
  }

  static final class Or extends Expr {
    private final Expr left;
    private final Expr right;

    Or(int line, Expr left, Expr right) {
      super(line, deepest(left, right));
      this.left = left;
      this.right = right;
    }

    @Override
    Object eval(Frame frame) {
      Object value = left.eval(frame);
      return isTrue(value) ? value : right.eval(frame);
    }
  }

  static final class Not extends Expr {
    private final Expr inner;

    Not(int line, Expr inner) {
      super(line, inner.depth);
      this.inner = inner;
    }

    @Override
    Object eval(Frame frame) {
      return !isTrue(inner.eval(frame));
    }
  }

  static final class Negate extends Expr {
    private final Expr inner;

    Negate(int line, Expr inner) {
      super(line, inner.depth);
      this.inner = inner;
    }

    @Override
    Object eval(Frame frame) {
      Object value = inner.eval(frame);
      if (value instanceof Double number) {
        return -number;
      }
      return Operations.arithmetic(frame, line, Operator.NEGATE, value, value, inner.name(), inner.name());
    }
  }

  static final class Length extends Expr {
    private final Expr inner;

    Length(int line, Expr inner) {
      super(line, inner.depth);
      this.inner = inner;
    }

    @Override
    Object eval(Frame frame) {
      return switch (inner.eval(frame)) {
        case LuaString string -> (double) string.length();
        case LuaTable table -> (double) table.length();
        case Object other -> throw frame.state.errorAt(line,
            "attempt to get length of" + Operations.described(other, inner.name()));
      };
    }
  }

  /** A list of values to join: a..b..c is one. */
  static final class Concat extends Expr {
    final Expr[] parts;

    Concat(int line, Expr[] parts) {
      super(line, deepest(parts));
      this.parts = parts;
    }

    @Override
    Object eval(Frame frame) {
      Object[] values = new Object[parts.length];
      LuaState state = frame.state;
      int holds = state.holds();
      for (int i = 0; i < parts.length; i++) {
        values[i] = parts[i].eval(frame);
        state.hold(values[i]);
      }
      Object joined = Operations.concat(frame, line, values, parts);
      state.letGoTo(holds);
      return joined;
    }
  }

  static final class FunctionExpr extends Expr {
    private static final int CLOSURE_BYTES = 64;
    private final Prototype prototype;

    FunctionExpr(int line, Prototype prototype) {
      super(line, 0);
      this.prototype = prototype;
    }

    @Override
    Object eval(Frame frame) {
      int[] sources = prototype.upvalueSources;
      frame.state.charge(CLOSURE_BYTES + sources.length * 8L);
      Object[] upvalues = new Object[sources.length];
      LuaClosure around = frame.function();
      for (int i = 0; i < sources.length; i++) {
        upvalues[i] = sources[i] >= 0 ? frame.slots[sources[i]] : around.upvalues[~sources[i]];
      }
      return new LuaClosure(prototype, upvalues, around.globals);
    }
  }

  /** A table with what is in it: items of a list, of the last one all values, and entries with keys. */
  static final class TableConstructor extends Expr {
    private static final int ITEMS_PER_FLUSH = 50;
    /** In the order of the text; null key: an item of the list. */
    private final Expr[] keys;
    private final Expr[] values;
    private final int listSize;
    private final int hashSize;
    static final Expr NO_KEY = new Constant(0, Nil.NIL);

    TableConstructor(int line, Expr[] keys, Expr[] values) {
      super(line, Math.max(deepest(keys), deepest(values)));
      this.keys = keys;
      this.values = values;
      int items = 0;
      for (Expr key : keys) {
        items += key == NO_KEY ? 1 : 0;
      }
      boolean open = values.length > 0 && keys[keys.length - 1] == NO_KEY
          && values[values.length - 1].isMulti();
      listSize = roughly(open ? items - 1 : items);
      hashSize = roughly(keys.length - items);
    }

    /** As luaO_int2fb rounds it up. */
    private static int roughly(int size) {
      int mantissa = size;
      int exponent = 0;
      while (mantissa >= 16) {
        mantissa = (mantissa + 1) >> 1;
        exponent++;
      }
      return mantissa << exponent;
    }

    @Override
    Object eval(Frame frame) {
      LuaState state = frame.state;
      state.charge(LuaTable.TABLE_BYTES + listSize * 24L + hashSize * 112L);
      LuaTable table = new LuaTable(listSize, hashSize);
      int holds = state.holds();
      state.hold(table);
      Object[] pending = new Object[ITEMS_PER_FLUSH];
      int index = 0;
      int waiting = 0;
      for (int i = 0; i < values.length; i++) {
        if (keys[i] != NO_KEY) {
          Object key = keys[i].eval(frame);
          state.hold(key);
          Operations.rawSet(frame, keys[i].line, table, key, values[i].eval(frame));
          state.letGo();
        } else if (i == values.length - 1 && values[i].isMulti()) {
          Object[] rest = values[i].evalAll(frame);
          flush(state, table, pending, waiting, index);
          index += waiting;
          waiting = 0;
          flush(state, table, rest, rest.length, index);
        } else {
          if (waiting == ITEMS_PER_FLUSH) {
            flush(state, table, pending, waiting, index);
            index += waiting;
            waiting = 0;
            state.letGoTo(holds + 1);
          }
          pending[waiting] = values[i].eval(frame);
          state.hold(pending[waiting++]);
        }
      }
      flush(state, table, pending, waiting, index);
      state.letGoTo(holds);
      return table;
    }

    /** From the last one down, as OP_SETLIST. */
    private static void flush(LuaState state, LuaTable table, Object[] items, int count, int from) {
      if (count > 0) {
        table.reserve(state, from + count);
        for (int i = count; i > 0; i--) {
          table.set(state, from + i, items[i - 1]);
        }
      }
    }
  }
}
