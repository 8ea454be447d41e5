package io.pika.node.lua;

import static io.pika.node.lua.Builtin.one;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/** The functions that Redis leaves of lbaselib.c, and the globals that scripts begin with. */
public final class BaseLibrary {
  private static final LuaString METATABLE = LuaString.of("__metatable");
  private static final LuaString TO_STRING = LuaString.of("__tostring");
  private static final Builtin NEXT = new Builtin(BaseLibrary::next);
  private static final Builtin IPAIRS_STEP = new Builtin(BaseLibrary::ipairsStep);
  /** For tables that all scripts share: nothing is charged for them. */
  private static final LuaState NOBODY = new LuaState(new LuaTable(),
      new LuaState.Limits(Long.MAX_VALUE, Long.MAX_VALUE), () -> 0, Runnable::run);

  private BaseLibrary() {}

  /** Collects the entries of a table that scripts cannot change. */
  public static final class Library {
    private final LuaTable table;

    public Library() {
      this(0);
    }

    /** @param size how many functions C would register at once: their order follows from it */
    public Library(int size) {
      table = new LuaTable(0, size);
    }

    public Library on(String name, Builtin.Body body) {
      table.set(NOBODY, name, new Builtin(body));
      return this;
    }

    public Library with(String name, Object value) {
      table.set(NOBODY, name, value);
      return this;
    }

    public LuaTable freeze() {
      return table.freeze();
    }

    /** The table of one run, which may change it. */
    public LuaTable open() {
      return table;
    }
  }

  /** Base, string, table and math; more can be added. */
  public static Library globals() {
    return new Library()
        .on("assert", BaseLibrary::assertTrue)
        .on("collectgarbage", (state, args) -> one(0.0))
        .on("error", BaseLibrary::error)
        .on("gcinfo", (state, args) -> new Object[]{0.0, 0.0})
        .on("getmetatable", BaseLibrary::getMetatable)
        .on("ipairs", (state, args) -> new Object[]{IPAIRS_STEP, args.table(1), 0.0})
        .on("load", BaseLibrary::load)
        .on("loadstring", BaseLibrary::loadString)
        .with("next", NEXT)
        .on("pairs", (state, args) -> new Object[]{NEXT, args.table(1), Nil.NIL})
        .on("pcall", BaseLibrary::pcall)
        .on("rawequal", (state, args) -> one(Operations.rawEqual(args.any(1), args.any(2))))
        .on("rawget", (state, args) -> {
          LuaTable table = args.table(1);
          return one(table.get(args.any(2)));
        })
        .on("rawset", BaseLibrary::rawSet)
        .on("select", BaseLibrary::select)
        .on("setmetatable", BaseLibrary::setMetatable)
        .on("tonumber", BaseLibrary::toNumber)
        .on("tostring", (state, args) -> one(toText(state, args.any(1))))
        .on("type", (state, args) -> one(LuaString.of(Operations.typeName(args.any(1)))))
        .on("unpack", BaseLibrary::unpack)
        .on("xpcall", BaseLibrary::xpcall)
        .with("_VERSION", LuaString.of("Lua 5.1"))
        .with("coroutine", CoroutineLibrary.create())
        .with("string", StringLibrary.create())
        .with("table", TableLibrary.create())
        .with("math", MathLibrary.create());
  }

  /** A table of its own for one run, with the entries of another. */
  public static LuaTable copy(LuaTable from) {
    LuaTable copy = new LuaTable();
    for (int place = from.placeFrom(0); place >= 0; place = from.placeFrom(place + 1)) {
      copy.set(NOBODY, from.keyAt(place), from.valueAt(place));
    }
    return copy;
  }

  /** An entry of a table that is not frozen yet. */
  public static void put(LuaTable table, String name, Object value) {
    table.set(NOBODY, name, value);
  }

  private static Object[] assertTrue(LuaState state, LuaArgs args) {
    if (!Expr.isTrue(args.any(1))) {
      String why = args.string(2, LuaString.of("assertion failed!")).toString();
      int zero = why.indexOf(0);
      throw state.error(zero < 0 ? why : why.substring(0, zero));
    }
    return args.all();
  }

  private static Object[] error(LuaState state, LuaArgs args) {
    int level = args.int32(2, 1);
    Object value = args.get(1);
    if (value instanceof LuaString || value instanceof Double) {
      LuaString text = Operations.text(state, value);
      if (level > 0) {
        value = state.string(state.position(level) + text);
      }
    }
    throw state.raise(value);
  }

  private static Object[] getMetatable(LuaState state, LuaArgs args) {
    LuaTable metatable = state.metatable(args.any(1));
    if (metatable == null) {
      return one(Nil.NIL);
    }
    Object shown = metatable.get(METATABLE);
    return one(shown == Nil.NIL ? metatable : shown);
  }

  private static Object[] setMetatable(LuaState state, LuaArgs args) {
    LuaTable table = args.table(1);
    Object metatable = args.get(2);
    if (args.size() < 2 || metatable != Nil.NIL && !(metatable instanceof LuaTable)) {
      throw args.error(2, "nil or table expected");
    }
    LuaTable before = table.metatable();
    if (before != null && before.get(METATABLE) != Nil.NIL) {
      throw state.error("cannot change a protected metatable");
    }
    checkWritable(state, table);
    table.metatable(metatable instanceof LuaTable given ? given : null);
    return one(table);
  }

  /** The error of luaG_runerror within a function of C: without a position. */
  static void checkWritable(LuaState state, LuaTable table) {
    if (table.isReadOnly()) {
      throw state.raise(LuaString.of(Operations.READ_ONLY));
    }
  }

  private static Object[] rawSet(LuaState state, LuaArgs args) {
    LuaTable table = args.table(1);
    args.any(2);
    Object value = args.any(3);
    String why = Operations.whyNotSettable(table, args.get(2));
    if (why != null) {
      throw state.raise(LuaString.of(why));
    }
    table.set(state, args.get(2), value);
    return one(table);
  }

  private static Object[] next(LuaState state, LuaArgs args) {
    LuaTable table = args.table(1);
    int place;
    try {
      place = table.placeAfter(args.get(2));
    } catch (IllegalArgumentException unknown) {
      throw state.raise(LuaString.of("invalid key to 'next'"));
    }
    state.tick();
    return place < 0 ? one(Nil.NIL) : new Object[]{table.keyAt(place), table.valueAt(place)};
  }

  private static Object[] ipairsStep(LuaState state, LuaArgs args) {
    int index = args.int32(2) + 1;
    Object value = args.table(1).get(index);
    return value == Nil.NIL ? LuaFunction.NOTHING : new Object[]{(double) index, value};
  }

  private static Object[] select(LuaState state, LuaArgs args) {
    Object[] all = args.all();
    if (args.get(1) instanceof LuaString word && word.length() > 0 && word.at(0) == '#') {
      return one((double) all.length - 1);
    }
    long index = args.int32(1);
    if (index < 0) {
      index = all.length + index;
    } else if (index > all.length) {
      index = all.length;
    }
    if (index < 1) {
      throw args.error(1, "index out of range");
    }
    state.charge(all.length * 8L);
    return Arrays.copyOfRange(all, (int) index, all.length);
  }

  private static Object[] toNumber(LuaState state, LuaArgs args) {
    int base = args.int32(2, 10);
    if (base == 10) {
      Double number = LuaNumbers.toNumber(args.any(1));
      return one(number == null ? Nil.NIL : number);
    }
    LuaString text = args.string(1);
    if (base < 2 || base > 36) {
      throw args.error(2, "base out of range");
    }
    String digits = text.toString();
    int zero = digits.indexOf(0);
    return one(inBase((zero < 0 ? digits : digits.substring(0, zero)).strip(), base));
  }

  /** As strtoul reads it: a sign, and 0x with base 16, may stand before. */
  private static Object inBase(String text, int base) {
    boolean negative = text.startsWith("-");
    String digits = negative || text.startsWith("+") ? text.substring(1) : text;
    if (base == 16 && digits.length() > 2 && (digits.startsWith("0x") || digits.startsWith("0X"))) {
      digits = digits.substring(2);
    }
    if (digits.isEmpty()) {
      return Nil.NIL;
    }
    long value = 0;
    boolean overflows = false;
    for (int i = 0; i < digits.length(); i++) {
      int digit = digits.charAt(i) < 128 ? Character.digit(digits.charAt(i), base) : -1;
      if (digit < 0) {
        return Nil.NIL;
      }
      overflows |= Long.compareUnsigned(value, Long.divideUnsigned(-1L - digit, base)) > 0;
      value = value * base + digit;
    }
    value = overflows ? -1 : negative ? -value : value;
    return value >= 0 ? (double) value : (value >>> 1) * 2.0 + (value & 1);
  }

  /** What tostring gives: text, unless a metamethod gives something else. */
  static Object toText(LuaState state, Object value) {
    Object handler = state.metamethod(value, TO_STRING);
    if (handler != Nil.NIL) {
      Object[] values = state.callBack(handler, value);
      return values.length == 0 ? Nil.NIL : values[0];
    }
    return switch (value) {
      case LuaString string -> string;
      case Double number -> state.string(LuaNumbers.format(number));
      case Boolean truth -> LuaString.of(truth.toString());
      case Nil nil -> LuaString.of(nil.toString());
      case LuaUserdata userdata -> LuaString.of("userdata: " + userdata.address());
      default -> state.string(Operations.typeName(value) + ": " + state.address(value));
    };
  }

  private static Object[] unpack(LuaState state, LuaArgs args) {
    LuaTable table = args.table(1);
    long from = args.int32(2, 1);
    long to = args.isNoneOrNil(3) ? table.length() : args.int32(3);
    if (from > to) {
      return LuaFunction.NOTHING;
    }
    if (to - from >= 7998) {
      throw state.error("too many results to unpack");
    }
    Object[] values = new Object[(int) (to - from + 1)];
    state.charge(values.length * 8L);
    for (int i = 0; i < values.length; i++) {
      values[i] = table.get((int) (from + i));
    }
    return values;
  }

  /** Calls, and tells of an error as a value. */
  public static Object[] pcall(LuaState state, LuaArgs args) {
    Object function = args.any(1);
    Object[] rest = Arrays.copyOfRange(args.all(), 1, args.size());
    try {
      return succeeded(state.callBack(function, rest));
    } catch (LuaError error) {
      return new Object[]{false, error.value()};
    }
  }

  private static Object[] xpcall(LuaState state, LuaArgs args) {
    Object handler = args.any(2);
    try {
      return succeeded(state.callBack(args.get(1)));
    } catch (LuaError error) {
      return new Object[]{false, handled(state, handler, error.value())};
    }
  }

  /** What the handler makes of an error; errors of its own are handed to it again. */
  private static Object handled(LuaState state, Object handler, Object error) {
    Object value = error;
    for (int i = 0; i < LuaState.MAX_NATIVE && handler instanceof LuaFunction; i++) {
      try {
        Object[] values = state.callBack(handler, value);
        return values.length == 0 ? Nil.NIL : values[0];
      } catch (LuaError again) {
        value = again.value();
      }
    }
    return LuaString.of("error in error handling");
  }

  private static Object[] succeeded(Object[] values) {
    Object[] all = new Object[values.length + 1];
    all[0] = true;
    System.arraycopy(values, 0, all, 1, values.length);
    return all;
  }

  private static Object[] loadString(LuaState state, LuaArgs args) {
    LuaString source = args.string(1);
    return load(state, source, chunkName(args.string(2, source)));
  }

  private static Object[] load(LuaState state, LuaArgs args) {
    LuaFunction reader = args.function(1);
    LuaString name = args.string(2, LuaString.of("=(load)"));
    ByteArrayOutputStream source = new ByteArrayOutputStream();
    while (true) {
      Object[] piece = state.callBack(reader);
      if (piece.length == 0 || piece[0] == Nil.NIL || piece[0] == LuaString.EMPTY) {
        return load(state, LuaString.of(source.toByteArray()), chunkName(name));
      }
      if (!(piece[0] instanceof LuaString || piece[0] instanceof Double)) {
        throw state.error("reader function must return a string");
      }
      byte[] bytes = Operations.text(state, piece[0]).bytes();
      state.charge(bytes.length * 2L);
      source.writeBytes(bytes);
      if (source.size() > 1 << 20) {
        throw state.error("the chunk is too long");
      }
    }
  }

  private static Object[] load(LuaState state, LuaString source, String chunk) {
    state.charge(source.length() * 32L);
    state.ticks(source.length() * 64L);
    try {
      Prototype prototype = Parser.parse(source.bytes(), chunk);
      return one(new LuaClosure(prototype, LuaFunction.NOTHING, state.globals()));
    } catch (LuaSyntaxException wrong) {
      return new Object[]{Nil.NIL, state.string(wrong.text())};
    }
  }

  private static final int CHUNK_NAME = 80;

  /** As luaO_chunkid shows it. */
  static String chunkName(LuaString given) {
    String name = given.toString();
    int zero = name.indexOf(0);
    name = zero < 0 ? name : name.substring(0, zero);
    if (name.startsWith("=")) {
      return name.substring(1, Math.min(name.length(), CHUNK_NAME));
    }
    if (name.startsWith("@")) {
      int room = CHUNK_NAME - " '...' ".length() - 1;
      return name.length() - 1 <= room ? name.substring(1) : "..." + name.substring(name.length() - room);
    }
    int room = CHUNK_NAME - " [string \"...\"] ".length() - 1;
    int end = 0;
    while (end < name.length() && end < room && name.charAt(end) != '\n' && name.charAt(end) != '\r') {
      end++;
    }
    return "[string \"" + name.substring(0, end) + (end < name.length() ? "..." : "") + "\"]";
  }
}
