package io.pika.node.lua;

import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
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
  static final int MAX_NATIVE = 200;
  private static final int STACK_MIB = 128;
  /** Stack that a script's thread needs. */
  public static final long STACK_BYTES = (long) STACK_MIB << 20;
  /** Stack that the thread of a coroutine needs. */
  public static final long COROUTINE_STACK_BYTES = LuaCoroutine.STACK_BYTES;

  private final LuaTable globals;
  private final LuaTable stringMetatable;
  private final long memoryLimit;
  private final LongSupplier nanoClock;
  private final long startedNanos;
  private final long timeLimitNanos;
  private int steps = STEPS_BETWEEN_LOOKS;
  private long charged;
  private volatile boolean killed;

  CallStack stack = new CallStack(STACK_MIB * CallStack.DEPTH_OF_MIB);
  private final Coroutines coroutines;
  /** Memory of Java functions that have called back. */
  private long pinned;
  private int addresses;
  private final IdentityHashMap<Object, Integer> addressOf = new IdentityHashMap<>();
  private final Map<Class<?>, Object> own = new HashMap<>();
  private final LuaRandom random = new LuaRandom();

  /**
   * What a script may use.
   *
   * @param memoryBytes what it can reach, about; beyond three quarters it is stopped
   */
  public record Limits(long timeNanos, long memoryBytes) {}

  /** @param threads what has {@link #COROUTINE_STACK_BYTES} of stack; the script waits for them */
  public LuaState(LuaTable globals, Limits limits, LongSupplier nanoClock, Executor threads) {
    this.coroutines = new Coroutines(this, threads);
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

  /** What a library keeps for this run. */
  public <T> T own(Class<T> kind, Supplier<T> make) {
    return kind.cast(own.computeIfAbsent(kind, any -> make.get()));
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
    if (killed) {
      throw aborted(LuaAborted.Limit.KILLED);
    }
    if (nanoClock.getAsLong() - startedNanos >= timeLimitNanos) {
      throw aborted(LuaAborted.Limit.TIME);
    }
  }

  LuaAborted aborted(LuaAborted.Limit limit) {
    return new LuaAborted(limit, tracedLine());
  }

  /** Ends it within some thousand steps. Any thread. */
  public void kill() {
    killed = true;
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
      throw aborted(LuaAborted.Limit.MEMORY);
    }
    lookAtClock();
  }

  private long reachable() {
    return measure().bytes() + pinned + (long) addressOf.size() * NODE;
  }

  private static final int NODE = 64;

  /** All that the script can still reach. */
  MemoryCount measure() {
    MemoryCount count = new MemoryCount();
    count.add(globals);
    count.add(stack);
    coroutines.waiting().forEach(count::add);
    count.bytes();
    return count;
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
    long bytes = stack.hold(value);
    if (bytes > 0) {
      charge(bytes);
    }
  }

  void letGo() {
    stack.holdsAre(stack.holds() - 1);
  }

  Object heldBeforeLast() {
    return stack.held(stack.holds() - 2);
  }

  int holds() {
    return stack.holds();
  }

  void letGoTo(int before) {
    stack.holdsAre(before);
  }

  Coroutines coroutines() {
    return coroutines;
  }

  /** Ends what has not ended with the script. */
  public void close() {
    coroutines.close();
  }

  /** Enters a function of the script. */
  void enter(Frame entered, int cost) {
    CallStack here = stack;
    here.calls++;
    here.depth += cost;
    if (here.calls > MAX_CALLS || here.depth > here.maxDepth) {
      here.calls--;
      here.depth -= cost;
      throw error("stack overflow");
    }
    tick();
    here.frame = entered;
  }

  void leave(Frame left, int cost) {
    CallStack here = stack;
    here.frame = left.caller;
    here.calls--;
    here.depth -= cost;
  }

  /** Calls back from a Java function. Errors leave the meters of the stack as they were. */
  public Object[] callBack(Object function, Object... args) {
    CallStack here = stack;
    Frame before = here.frame;
    int callsBefore = here.calls;
    int depthBefore = here.depth;
    int holdsBefore = here.holds();
    int nativeBefore = here.nativeCalls;
    enterNative();
    here.depth += NATIVE_DEPTH;
    here.frame = new Frame(this, before, null, Frame.NO_SLOTS, args);
    try {
      return Operations.call(this, function, args, "");
    } finally {
      here.frame = before;
      here.calls = callsBefore;
      here.depth = depthBefore;
      here.holdsAre(holdsBefore);
      here.nativeCalls = nativeBefore;
    }
  }

  private static final int NATIVE_DEPTH = 20;

  /** Calls a metamethod or an iterator: what it does cannot yield. */
  Object[] callNative(Object function, Object[] args) {
    enterNative();
    Object[] result = Operations.call(this, function, args, "");
    leaveNative();
    return result;
  }

  void leaveNative() {
    stack.nativeCalls--;
  }

  void enterNative() {
    if (stack.nativeCalls >= MAX_NATIVE) {
      throw error("C stack overflow");
    }
    stack.nativeCalls++;
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
    Frame running = stack.frame;
    String chunk = running == null || running.closure == null ? "" : running.closure.prototype.chunk;
    return new LuaError(string(chunk + ":" + line + ": " + message), line);
  }

  public LuaError raise(Object value) {
    return new LuaError(value, tracedLine());
  }

  /** The line of the innermost function of the script. */
  int tracedLine() {
    Frame each = stack.frame;
    while (each != null && each.closure == null) {
      each = each.caller;
    }
    return each == null ? 0 : each.line();
  }

  /** "user_script:1: ", or nothing if there is no function of the script at that level. */
  String position(int level) {
    Frame each = stack.frame;
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
