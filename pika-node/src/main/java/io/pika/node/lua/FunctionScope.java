package io.pika.node.lua;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the parser knows of a function while it reads it. */
final class FunctionScope {
  private static final int MAX_VARIABLES = 200;
  private static final int MAX_UPVALUES = 60;

  final @Nullable FunctionScope outer;
  final int line;
  private final Lexer lexer;
  /** Those in sight. */
  private final List<LocalVariable> visible = new ArrayList<>();
  private final List<LuaString> upvalueNames = new ArrayList<>();
  private final List<Integer> upvalueSources = new ArrayList<>();
  final Numerals numerals = new Numerals();
  private int slots;
  boolean isVararg;
  int loops;
  int depth;
  int level;

  FunctionScope(@Nullable FunctionScope outer, int line, Lexer lexer) {
    this.outer = outer;
    this.line = line;
    this.lexer = lexer;
  }

  int visible() {
    return visible.size();
  }

  void leaveTo(int before) {
    while (visible.size() > before) {
      visible.removeLast();
    }
  }

  /** A variable that is not in sight yet. Its slot is the one that {@link #show} will give it. */
  LocalVariable declare(LuaString name, int ahead) throws LuaSyntaxException {
    int slot = visible.size() + ahead;
    if (slot >= MAX_VARIABLES) {
      throw limit(MAX_VARIABLES, "local variables");
    }
    slots = Math.max(slots, slot + 1);
    return new LocalVariable(name, slot);
  }

  void show(LocalVariable variable) {
    visible.add(variable);
  }

  int slots() {
    return slots;
  }

  @Nullable
  LocalVariable local(LuaString name) {
    for (int i = visible.size() - 1; i >= 0; i--) {
      if (visible.get(i).name.equals(name)) {
        return visible.get(i);
      }
    }
    return null;
  }

  /** Index of a variable of a function around this one; -1: there is none of that name. */
  int upvalue(LuaString name) throws LuaSyntaxException {
    int known = upvalueNames.indexOf(name);
    if (known >= 0) {
      return known;
    }
    if (outer == null) {
      return -1;
    }
    LocalVariable local = outer.local(name);
    int source;
    if (local != null) {
      local.isCaptured = true;
      source = local.slot;
    } else {
      int further = outer.upvalue(name);
      if (further < 0) {
        return -1;
      }
      source = ~further;
    }
    if (upvalueNames.size() >= MAX_UPVALUES) {
      throw limit(MAX_UPVALUES, "upvalues");
    }
    upvalueNames.add(name);
    upvalueSources.add(source);
    return upvalueNames.size() - 1;
  }

  int[] upvalueSources() {
    return upvalueSources.stream().mapToInt(Integer::intValue).toArray();
  }

  private LuaSyntaxException limit(int most, String what) {
    return lexer.errorAtLine(line == 0
        ? "main function has more than " + most + " " + what
        : "function at line " + line + " has more than " + most + " " + what);
  }
}
