package io.pika.node.lua;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One run of one script: its globals, its call stack, and the meters of what it uses. Time is counted in steps that look at the clock now
 * and then; memory by adding up what is made, and by measuring what of it can still be reached when the sum
 * comes to the limit. One thread.
 */
public final class LuaState {
  private static final int STEPS_BETWEEN_LOOKS = 1024;
  /** Calls within calls, as LUAI_MAXCALLS of Lua 5.1. */
  private static final int MAX_CALLS = 19_990;
  /** Functions of Java that have called back, within each other, as LUAI_MAXCCALLS. */
  private static final int MAX_NATIVE = 200;
  /** Deepest nesting of what is evaluated, over all calls; the thread's stack must have room for it. */
  private static final int MAX_DEPTH = 110_000;
  /** Stack that a script's thread needs. */
  public static final long STACK_BYTES = 128L << 20;

  private final LuaTable globals;
  private final LuaTable stringMetatable;
  private final long memoryLimit;
  private final LongSupplier nanoClock;
  private final long startedNanos;
  private final long timeLimitNanos;
  private int steps = STEPS_BETWEEN_LOOKS;
  private long charged;

  @Nullable Frame frame;
  private int calls;
  private int nativeCalls;
  private int depth;
  /** Values that are held while something else is evaluated: they are in no variable. */
  private Object[] held = new Object[64];
  private int holds;
  /** Memory of Java functions that have called back. */
  private long pinned;
  private int addresses;
  private final IdentityHashMap<Object, Integer> addressOf = new IdentityHashMap<>();
  private final LuaRandom random = new LuaRandom();

  /**
   * What a script may use.
   *
   * @param memoryBytes what it can reach, about; beyond three quarters it is stopped
   */
  public record Limits(long timeNanos, long memoryBytes) {}

  public LuaState(LuaTable globals, Limits limits, LongSupplier nanoClock) {
    this.globals = globals;
    this.memoryLimit = limits.memoryBytes();
    this.timeLimitNanos = limits.timeNanos();
    this.nanoClock = nanoClock;
    this.startedNanos = nanoClock.getAsLong();
    this.stringMetatable = new LuaTable();
    stringMetatable.set(this, Operations.INDEX, globals.get("string"));
    stringMetatable.freeze();
  }

  public LuaTable globals() {
    return globals;
  }

  LuaRandom random() {
    return random;
  }

  @Nullable
  LuaTable metatable(Object value) {
    return switch (value) {
      case LuaTable table -> table.metatable();
      case LuaString _ -> stringMetatable;
      default -> null;
    };
  }

  Object metamethod(Object value, LuaString event) {
    LuaTable metatable = metatable(value);
    return metatable == null ? Nil.NIL : metatable.get(event);
  }

  /** One step of work. */
  public void tick() {
    if (--steps <= 0) {
      lookAtClock();
    }
  }

  private void lookAtClock() {
    steps = STEPS_BETWEEN_LOOKS;
    if (nanoClock.getAsLong() - startedNanos >= timeLimitNanos) {
      throw new LuaAborted(LuaAborted.Limit.TIME);
    }
  }

  /** Work on so many bytes. */
  public void ticks(long bytes) {
    steps -= (int) Math.min(bytes >> 6, STEPS_BETWEEN_LOOKS);
    tick();
  }

  /** Counts memory that is about to be taken. */
  public void charge(long bytes) {
    charged += bytes;
    if (charged > memoryLimit) {
      measure(bytes);
    }
  }

  private void measure(long coming) {
    long live = coming > memoryLimit ? 0 : reachable();
    charged = live + coming;
    if (charged > memoryLimit / 4 * 3) {
      throw new LuaAborted(LuaAborted.Limit.MEMORY);
    }
    lookAtClock();
  }

  private long reachable() {
    Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
    ArrayDeque<Object> open = new ArrayDeque<>();
    open.add(globals);
    for (int i = 0; i < holds; i++) {
      open.add(held[i]);
    }
    for (Frame each = frame; each != null; each = each.caller) {
      open.add(each.slots);
      open.add(each.varargs);
      open.add(each.result);
      if (each.closure != null) {
        open.add(each.closure);
      }
    }
    long bytes = pinned + holds * 8L + (long) addressOf.size() * NODE;
    while (!open.isEmpty()) {
      bytes += measure(open.removeLast(), open, seen);
    }
    return bytes;
  }

  private static final int NODE = 64;

  private static long measure(Object value, ArrayDeque<Object> open, Set<Object> seen) {
    switch (value) {
      case LuaString string -> {
        return seen.add(string) ? stringBytes(string.length()) : 0;
      }
      case LuaTable table when !table.isReadOnly() && seen.add(table) -> {
        addAll(open, table.arrayPart());
        addAll(open, table.hashKeys());
        addAll(open, table.hashValues());
        LuaTable metatable = table.metatable();
        if (metatable != null) {
          open.add(metatable);
        }
        return table.bytes();
      }
      case Object[] values when seen.add(values) -> {
        addAll(open, values);
        return 16 + values.length * 8L;
      }
      case Cell cell when seen.add(cell) -> {
        open.add(cell.value);
        return 16;
      }
      case LuaClosure closure when seen.add(closure) -> {
        open.add(closure.upvalues);
        open.add(closure.globals);
        return 48 + closure.prototype.sourceBytes;
      }
      default -> {
        return 0;
      }
    }
  }

  private static void addAll(ArrayDeque<Object> open, Object[] values) {
    for (Object value : values) {
      if (value instanceof LuaString || value instanceof LuaTable || value instanceof Object[]
          || value instanceof Cell || value instanceof LuaClosure) {
        open.add(value);
      }
    }
  }

  static long stringBytes(int length) {
    return 48L + length;
  }

  /** A new string, counted. */
  public LuaString string(byte[] bytes) {
    charge(stringBytes(bytes.length));
    return LuaString.of(bytes);
  }

  public LuaString string(String text) {
    charge(stringBytes(text.length()));
    return LuaString.of(text);
  }

  /** A new table, counted. */
  public LuaTable table() {
    charge(LuaTable.TABLE_BYTES);
    return new LuaTable();
  }

  /** Keeps a value counted while something else is evaluated. */
  void hold(Object value) {
    if (holds == held.length) {
      charge(held.length * 8L);
      held = Arrays.copyOf(held, held.length * 2);
    }
    held[holds++] = value;
  }

  void letGo() {
    holds--;
  }

  Object heldBeforeLast() {
    return held[holds - 2];
  }

  int holds() {
    return holds;
  }

  void letGoTo(int before) {
    holds = before;
  }

  /** Enters a function of the script. */
  void enter(Frame entered, int cost) {
    calls++;
    depth += cost;
    if (calls > MAX_CALLS || depth > MAX_DEPTH) {
      calls--;
      depth -= cost;
      throw error("stack overflow");
    }
    tick();
    frame = entered;
  }

  void leave(Frame left, int cost) {
    frame = left.caller;
    calls--;
    depth -= cost;
  }

  /** Calls back from a Java function. Errors leave the meters of the stack as they were. */
  public Object[] callBack(Object function, Object... args) {
    Frame before = frame;
    int callsBefore = calls;
    int depthBefore = depth;
    int holdsBefore = holds;
    if (nativeCalls >= MAX_NATIVE) {
      throw error("C stack overflow");
    }
    nativeCalls++;
    depth += 20;
    frame = new Frame(this, before, null, Frame.NO_SLOTS, args);
    try {
      return Operations.call(this, function, args, "");
    } finally {
      frame = before;
      calls = callsBefore;
      depth = depthBefore;
      holds = holdsBefore;
      nativeCalls--;
    }
  }

  /** Counts what a Java function keeps while it calls back; negative: lets it go. */
  void pin(long bytes) {
    pinned += bytes;
  }

  /** An error with the position of the innermost function, if that is one of the script. */
  public LuaError error(String message) {
    return error(message, 1);
  }

  /** An error of a metamethod: it has the position of what was carried out. */
  public LuaError outerError(String message) {
    return error(message, 1);
  }

  LuaError error(String message, int level) {
    return new LuaError(string(position(level) + message), tracedLine());
  }

  /** An error with a line that is known better than by the call that is carried out. */
  LuaError errorAt(int line, String message) {
    Frame running = frame;
    String chunk = running == null || running.closure == null ? "" : running.closure.prototype.chunk;
    return new LuaError(string(chunk + ":" + line + ": " + message), line);
  }

  public LuaError raise(Object value) {
    return new LuaError(value, tracedLine());
  }

  /** The line of the innermost function of the script. */
  int tracedLine() {
    Frame each = frame;
    while (each != null && each.closure == null) {
      each = each.caller;
    }
    return each == null ? 0 : each.line();
  }

  /** "user_script:1: ", or nothing if there is no function of the script at that level. */
  String position(int level) {
    Frame each = frame;
    for (int i = 1; i < level && each != null; i++) {
      each = each.caller;
    }
    return each == null || each.closure == null || each.line() == 0
        ? ""
        : each.closure.prototype.chunk + ":" + each.line() + ": ";
  }

  /** What tostring writes behind the type's name: the same for the same thing, and telling nothing of this process. */
  String address(Object value) {
    Integer number = addressOf.get(value);
    if (number == null) {
      charge(NODE);
      number = ++addresses;
      addressOf.put(value, number);
    }
    return "0x" + String.format("%012x", 0x7f0000000000L + number * 64L);
  }
}
