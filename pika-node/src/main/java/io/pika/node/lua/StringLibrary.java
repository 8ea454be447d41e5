package io.pika.node.lua;

import static io.pika.node.lua.Builtin.one;

import java.io.ByteArrayOutputStream;

/** lstrlib.c, but for the patterns and formats. */
final class StringLibrary {
  private static final int MAX_LENGTH = Integer.MAX_VALUE - 64;

  private StringLibrary() {}

  static LuaTable create() {
    return new BaseLibrary.Library(15)
        .on("byte", StringLibrary::bytes)
        .on("char", StringLibrary::chars)
        .on("dump", (state, args) -> {
          args.function(1);
          throw state.error("unable to dump given function");
        })
        .on("find", (state, args) -> find(state, args, true))
        .on("format", StringFormat::format)
        .on("gfind", (state, args) -> {
          throw state.error("'string.gfind' was renamed to 'string.gmatch'");
        })
        .on("gmatch", StringLibrary::gmatch)
        .on("gsub", StringSubstitution::gsub)
        .on("len", (state, args) -> one((double) args.string(1).length()))
        .on("lower", (state, args) -> one(changed(state, args.string(1), 'A', 'Z', 32)))
        .on("match", (state, args) -> find(state, args, false))
        .on("rep", StringLibrary::repeat)
        .on("reverse", StringLibrary::reverse)
        .on("sub", StringLibrary::sub)
        .on("upper", (state, args) -> one(changed(state, args.string(1), 'a', 'z', -32)))
        .freeze();
  }

  /** Counted from the end if negative. */
  private static long position(long position, int length) {
    if (position >= 0) {
      return position;
    }
    return Math.max(position + length + 1, 0);
  }

  private static Object[] sub(LuaState state, LuaArgs args) {
    LuaString string = args.string(1);
    int length = string.length();
    long from = Math.max(position(args.integer(2), length), 1);
    long to = Math.min(position(args.integer(3, -1), length), length);
    if (from > to) {
      return one(LuaString.EMPTY);
    }
    state.charge(LuaState.stringBytes((int) (to - from + 1)));
    return one(LuaString.of(string.bytes(), (int) from - 1, (int) to));
  }

  private static Object[] bytes(LuaState state, LuaArgs args) {
    LuaString string = args.string(1);
    int length = string.length();
    long from = position(args.integer(2, 1), length);
    long to = Math.min(position(args.integer(3, from), length), length);
    from = Math.max(from, 1);
    if (from > to) {
      return LuaFunction.NOTHING;
    }
    if (to - from >= 7998) {
      throw state.error("string slice too long");
    }
    Object[] values = new Object[(int) (to - from + 1)];
    state.charge(values.length * 24L);
    for (int i = 0; i < values.length; i++) {
      values[i] = (double) string.at((int) from - 1 + i);
    }
    return values;
  }

  private static Object[] chars(LuaState state, LuaArgs args) {
    byte[] bytes = new byte[args.size()];
    for (int i = 0; i < bytes.length; i++) {
      int c = args.int32(i + 1);
      if ((c & 0xff) != c) {
        throw args.error(i + 1, "invalid value");
      }
      bytes[i] = (byte) c;
    }
    return one(state.string(bytes));
  }

  private static LuaString changed(LuaState state, LuaString string, int from, int to, int by) {
    state.ticks(string.length());
    state.charge(LuaState.stringBytes(string.length()));
    byte[] bytes = string.bytes().clone();
    for (int i = 0; i < bytes.length; i++) {
      if (bytes[i] >= from && bytes[i] <= to) {
        bytes[i] += (byte) by;
      }
    }
    return LuaString.of(bytes);
  }

  private static Object[] reverse(LuaState state, LuaArgs args) {
    LuaString string = args.string(1);
    int length = string.length();
    state.ticks(length);
    state.charge(LuaState.stringBytes(length));
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = string.bytes()[length - 1 - i];
    }
    return one(LuaString.of(bytes));
  }

  private static Object[] repeat(LuaState state, LuaArgs args) {
    LuaString string = args.string(1);
    int times = args.int32(2);
    if (times <= 0 || string.length() == 0) {
      return one(LuaString.EMPTY);
    }
    long total = (long) string.length() * times;
    state.charge(total + 48);
    if (total > MAX_LENGTH) {
      throw state.aborted(LuaAborted.Limit.MEMORY);
    }
    state.ticks(total);
    ByteArrayOutputStream out = new ByteArrayOutputStream((int) total);
    for (int i = 0; i < times; i++) {
      out.writeBytes(string.bytes());
    }
    return one(LuaString.of(out.toByteArray()));
  }

  private static Object[] find(LuaState state, LuaArgs args, boolean isFind) {
    LuaString source = args.string(1);
    LuaString pattern = args.string(2);
    int length = source.length();
    long init = position(args.integer(3, 1), length) - 1;
    int from = (int) Math.clamp(init, 0, length);
    if (isFind && (Expr.isTrue(args.get(4)) || LuaPattern.isPlain(pattern))) {
      int at = indexOf(state, source.bytes(), pattern.bytes(), from);
      return at < 0 ? one(Nil.NIL) : new Object[]{at + 1.0, (double) at + pattern.length()};
    }
    boolean anchored = pattern.length() > 0 && pattern.at(0) == '^';
    LuaPattern matcher = new LuaPattern(state, source, pattern);
    for (int s = from; s <= length; s++) {
      int end = matcher.match(s, anchored ? 1 : 0);
      if (end >= 0) {
        return isFind ? found(matcher, s, end) : matcher.captures(s, end);
      }
      if (anchored) {
        break;
      }
    }
    return one(Nil.NIL);
  }

  private static Object[] found(LuaPattern matcher, int from, int to) {
    Object[] captures = matcher.captures() == 0 ? LuaFunction.NOTHING : matcher.captures(from, to);
    Object[] values = new Object[captures.length + 2];
    values[0] = from + 1.0;
    values[1] = (double) to;
    System.arraycopy(captures, 0, values, 2, captures.length);
    return values;
  }

  private static int indexOf(LuaState state, byte[] source, byte[] wanted, int from) {
    for (int s = from; s <= source.length - wanted.length; s++) {
      int same = 0;
      while (same < wanted.length && source[s + same] == wanted[same]) {
        same++;
      }
      if (same == wanted.length) {
        return s;
      }
      state.ticks(64L + same);
    }
    return -1;
  }

  private static Object[] gmatch(LuaState state, LuaArgs args) {
    LuaString source = args.string(1);
    LuaString pattern = args.string(2);
    int[] next = {0};
    state.charge(128);
    return one(new Builtin((running, none) -> {
      LuaPattern matcher = new LuaPattern(running, source, pattern);
      for (int s = next[0]; s <= source.length(); s++) {
        int end = matcher.match(s, 0);
        if (end >= 0) {
          next[0] = end == s ? end + 1 : end;
          return matcher.captures(s, end);
        }
      }
      next[0] = source.length() + 1;
      return one(Nil.NIL);
    }, source, pattern));
  }
}
