package io.pika.node.lua;

import java.io.ByteArrayOutputStream;

/** string.gsub. */
final class StringSubstitution {
  private final LuaState state;
  private final LuaString source;
  private final LuaPattern matcher;
  private final Object replacement;
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private long pinned;

  private StringSubstitution(LuaState state, LuaString source, LuaPattern matcher, Object replacement) {
    this.state = state;
    this.source = source;
    this.matcher = matcher;
    this.replacement = replacement;
  }

  static Object[] gsub(LuaState state, LuaArgs args) {
    LuaString source = args.string(1);
    LuaString pattern = args.string(2);
    Object replacement = args.get(3);
    int most = args.int32(4, source.length() + 1);
    if (replacement instanceof Double) {
      replacement = args.string(3);
    } else if (!(replacement instanceof LuaString || replacement instanceof LuaTable
        || replacement instanceof LuaFunction)) {
      throw args.error(3, "string/function/table expected");
    }
    boolean anchored = pattern.length() > 0 && pattern.at(0) == '^';
    StringSubstitution work = new StringSubstitution(state, source, new LuaPattern(state, source, pattern),
        replacement);
    try {
      return work.run(anchored, most);
    } finally {
      state.pin(-work.pinned);
    }
  }

  private Object[] run(boolean anchored, int most) {
    int count = 0;
    int s = 0;
    while (count < most) {
      int end = matcher.match(s, anchored ? 1 : 0);
      if (end >= 0) {
        count++;
        write(value(s, end), s, end);
      }
      if (end > s) {
        s = end;
      } else if (s < source.length()) {
        append(source.bytes(), s, s + 1);
        s++;
      } else {
        break;
      }
      if (anchored) {
        break;
      }
    }
    append(source.bytes(), s, source.length());
    return new Object[]{state.string(out.toByteArray()), (double) count};
  }

  private void append(byte[] bytes, int from, int to) {
    if (to > from) {
      int more = to - from;
      if (out.size() + (long) more - pinned / 3 > 4096) {
        long grown = Math.max(4096, out.size()) * 3L + more * 3L;
        state.charge(grown);
        state.pin(grown);
        pinned += grown;
      }
      out.write(bytes, from, more);
    }
  }

  private Object value(int from, int to) {
    switch (replacement) {
      case LuaTable table -> {
        Frame frame = state.stack.frame;
        if (frame == null) {
          throw new IllegalStateException("gsub is called by a script");
        }
        return Operations.index(frame, frame.line(), table, matcher.capture(0, from, to), "");
      }
      case LuaFunction function -> {
        Object[] values = state.callBack(function, matcher.captures(from, to));
        return values.length == 0 ? Nil.NIL : values[0];
      }
      default -> {
        return expand((LuaString) replacement, from, to);
      }
    }
  }

  /** Writes "%1" and so on at once; what it returns has been written. */
  private Object expand(LuaString text, int from, int to) {
    byte[] bytes = text.bytes();
    for (int i = 0; i < bytes.length; i++) {
      int next = i + 1 < bytes.length ? bytes[i + 1] & 0xff : 0;
      if (bytes[i] != '%') {
        append(bytes, i, i + 1);
      } else if (next < '0' || next > '9') {
        i++;
        append(new byte[]{(byte) next}, 0, 1);
      } else {
        i++;
        byte[] part = next == '0'
            ? LuaString.of(source.bytes(), from, to).bytes()
            : Operations.text(state, matcher.capture(next - '1', from, to)).bytes();
        append(part, 0, part.length);
      }
    }
    return LuaString.EMPTY;
  }

  private void write(Object value, int from, int to) {
    if (!Expr.isTrue(value)) {
      append(source.bytes(), from, to);
      return;
    }
    if (!(value instanceof LuaString || value instanceof Double)) {
      throw state.error("invalid replacement value (a " + Operations.typeName(value) + ")");
    }
    byte[] bytes = Operations.text(state, value).bytes();
    append(bytes, 0, bytes.length);
  }
}
