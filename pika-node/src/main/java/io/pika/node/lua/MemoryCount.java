package io.pika.node.lua;

import java.util.ArrayDeque;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/** Measures what can be reached: about the bytes that it takes here, each thing once. */
final class MemoryCount {
  private static final int FUNCTION_BYTES = 128;
  private final Set<Object> seen = Collections.newSetFromMap(new IdentityHashMap<>());
  private final ArrayDeque<Object> open = new ArrayDeque<>();
  private long bytes;

  void add(CallStack stack) {
    bytes += stack.holds() * 8L;
    for (int i = 0; i < stack.holds(); i++) {
      open(stack.held(i));
    }
    for (Frame each = stack.frame; each != null; each = each.caller) {
      open(each.slots);
      open(each.varargs);
      open(each.result);
      if (each.closure != null) {
        open(each.closure);
      }
    }
  }

  void add(Object value) {
    open(value);
  }

  /** All that can be reached from what was added. */
  long bytes() {
    while (!open.isEmpty()) {
      bytes += measure(open.removeLast());
    }
    return bytes;
  }

  /** Whether it was reached. */
  boolean reached(Object value) {
    return seen.contains(value);
  }

  private void open(Object value) {
    switch (value) {
      case LuaTable table when table.isReadOnly() -> {
      }
      case LuaString _,LuaTable _,Object[] _,Cell _,LuaFunction _,LuaCoroutine _ -> {
        if (seen.add(value)) {
          open.add(value);
        }
      }
      default -> {
      }
    }
  }

  private void openAll(Object[] values) {
    for (Object value : values) {
      open(value);
    }
  }

  private long measure(Object value) {
    return switch (value) {
      case LuaString string -> LuaState.stringBytes(string.length());
      case LuaTable table -> {
        openAll(table.arrayPart());
        openAll(table.hashKeys());
        openAll(table.hashValues());
        LuaTable metatable = table.metatable();
        if (metatable != null) {
          open(metatable);
        }
        yield table.bytes();
      }
      case Object[] values -> {
        openAll(values);
        yield 16 + values.length * 8L;
      }
      case Cell cell -> {
        open(cell.value);
        yield 16;
      }
      case LuaClosure closure -> {
        open(closure.upvalues);
        open(closure.globals);
        yield 48 + closure.prototype.sourceBytes;
      }
      case Builtin builtin -> {
        openAll(builtin.captured());
        yield builtin.captured().length == 0 ? 0 : FUNCTION_BYTES;
      }
      case LuaCoroutine coroutine -> {
        add(coroutine.stack());
        open(coroutine.body());
        yield coroutine.bytes();
      }
      default -> 0;
    };
  }
}
