package io.pika.node.lua;

import java.util.Arrays;

/** Matches the patterns of lstrlib.c. Every step is counted, for some patterns take for ever, and the nesting is bounded. */
final class LuaPattern {
  private static final int MAX_CAPTURES = 32;
  private static final int UNFINISHED = -1;
  private static final int POSITION = -2;
  private static final int MAX_NESTING = 20_000;

  private final LuaState state;
  private final byte[] source;
  private final byte[] pattern;
  private int level;
  private final int[] starts = new int[MAX_CAPTURES];
  private final int[] lengths = new int[MAX_CAPTURES];
  private int nesting;

  LuaPattern(LuaState state, LuaString source, LuaString pattern) {
    this.state = state;
    this.source = source.bytes();
    this.pattern = Arrays.copyOf(pattern.bytes(), end(pattern));
  }

  /** A zero ends a pattern. */
  private static int end(LuaString pattern) {
    int end = 0;
    while (end < pattern.length() && pattern.at(end) != 0) {
      end++;
    }
    return end;
  }

  int captures() {
    return level;
  }

  /** Where a match that begins at s ends; -1: none does. */
  int match(int s, int p) {
    level = 0;
    nesting = 0;
    return doMatch(s, p);
  }

  private int doMatch(int from, int fromPattern) {
    if (++nesting > MAX_NESTING) {
      throw state.error("pattern too complex");
    }
    int s = from;
    int p = fromPattern;
    while (p < pattern.length) {
      state.tick();
      switch (pattern[p]) {
        case '(' -> {
          boolean position = at(p + 1) == ')';
          return left(startCapture(s, position ? p + 2 : p + 1, position ? POSITION : UNFINISHED));
        }
        case ')' -> {
          return left(endCapture(s, p + 1));
        }
        case '$' -> {
          if (p + 1 == pattern.length) {
            return left(s == source.length ? s : -1);
          }
        }
        case '%' -> {
          int next = at(p + 1);
          if (next == 'b' || next == 'f' || next >= '0' && next <= '9') {
            s = matchEscape(s, p, next);
            if (s < 0) {
              return left(-1);
            }
            p = next == 'b' ? p + 4 : next == 'f' ? classEnd(p + 2) : p + 2;
            continue;
          }
        }
        default -> {
        }
      }
      int end = classEnd(p);
      boolean matches = s < source.length && single(source[s] & 0xff, p, end);
      switch (at(end)) {
        case '?' -> {
          if (matches) {
            int found = doMatch(s + 1, end + 1);
            if (found >= 0) {
              return left(found);
            }
          }
          p = end + 1;
        }
        case '*' -> {
          return left(maxExpand(s, p, end));
        }
        case '+' -> {
          return left(matches ? maxExpand(s + 1, p, end) : -1);
        }
        case '-' -> {
          return left(minExpand(s, p, end));
        }
        default -> {
          if (!matches) {
            return left(-1);
          }
          s++;
          p = end;
        }
      }
    }
    return left(s);
  }

  /** Matches "%bxy", "%f[set]" or "%1". */
  private int matchEscape(int s, int p, int letter) {
    return switch (letter) {
      case 'b' -> matchBalance(s, p + 2);
      case 'f' -> {
        if (at(p + 2) != '[') {
          throw state.error("missing '[' after '%f' in pattern");
        }
        int end = classEnd(p + 2);
        int before = s == 0 ? 0 : source[s - 1] & 0xff;
        int here = s == source.length ? 0 : source[s] & 0xff;
        yield matchSet(before, p + 2, end - 1) || !matchSet(here, p + 2, end - 1) ? -1 : s;
      }
      default -> matchCapture(s, letter);
    };
  }

  private int left(int result) {
    nesting--;
    return result;
  }

  private int at(int p) {
    return p < pattern.length ? pattern[p] & 0xff : 0;
  }

  private int classEnd(int start) {
    int p = start;
    int c = pattern[p++];
    if (c == '%') {
      if (p >= pattern.length) {
        throw state.error("malformed pattern (ends with '%')");
      }
      return p + 1;
    }
    if (c == '[') {
      if (at(p) == '^') {
        p++;
      }
      do {
        if (p >= pattern.length) {
          throw state.error("malformed pattern (missing ']')");
        }
        if (pattern[p++] == '%' && p < pattern.length) {
          p++;
        }
      } while (p >= pattern.length || pattern[p] != ']');
      return p + 1;
    }
    return p;
  }

  private boolean single(int c, int p, int end) {
    return switch (pattern[p]) {
      case '.' -> true;
      case '%' -> matchClass(c, at(p + 1));
      case '[' -> matchSet(c, p, end - 1);
      default -> (pattern[p] & 0xff) == c;
    };
  }

  static boolean matchClass(int c, int letter) {
    boolean letterOfC = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z';
    boolean digit = c >= '0' && c <= '9';
    boolean control = c < 32 || c == 127;
    boolean matches = switch (letter | 0x20) {
      case 'a' -> letterOfC;
      case 'c' -> control;
      case 'd' -> digit;
      case 'l' -> c >= 'a' && c <= 'z';
      case 'p' -> c > 32 && c < 127 && !letterOfC && !digit;
      case 's' -> c == ' ' || c >= '\t' && c <= '\r';
      case 'u' -> c >= 'A' && c <= 'Z';
      case 'w' -> letterOfC || digit;
      case 'x' -> digit || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F';
      case 'z' -> c == 0;
      default -> letter == c;
    };
    boolean isClass = "acdlpsuwxz".indexOf(letter | 0x20) >= 0 && letter >= 'A';
    if (!isClass) {
      return letter == c;
    }
    return (letter & 0x20) == 0 ? !matches : matches;
  }

  /** @param end place of the closing bracket */
  private boolean matchSet(int c, int start, int end) {
    boolean wanted = true;
    int p = start;
    if (at(p + 1) == '^') {
      wanted = false;
      p++;
    }
    while (++p < end) {
      if (pattern[p] == '%') {
        p++;
        if (matchClass(c, at(p))) {
          return wanted;
        }
      } else if (at(p + 1) == '-' && p + 2 < end) {
        if (at(p) <= c && c <= at(p + 2)) {
          return wanted;
        }
        p += 2;
      } else if (at(p) == c) {
        return wanted;
      }
    }
    return !wanted;
  }

  private int matchBalance(int from, int p) {
    if (p + 1 >= pattern.length) {
      throw state.error("unbalanced pattern");
    }
    if (from >= source.length || source[from] != pattern[p]) {
      return -1;
    }
    int depth = 1;
    for (int s = from + 1; s < source.length; s++) {
      state.tick();
      if (source[s] == pattern[p + 1]) {
        if (--depth == 0) {
          return s + 1;
        }
      } else if (source[s] == pattern[p]) {
        depth++;
      }
    }
    return -1;
  }

  private int maxExpand(int s, int p, int end) {
    int count = 0;
    while (s + count < source.length && single(source[s + count] & 0xff, p, end)) {
      state.tick();
      count++;
    }
    for (; count >= 0; count--) {
      int found = doMatch(s + count, end + 1);
      if (found >= 0) {
        return found;
      }
    }
    return -1;
  }

  private int minExpand(int from, int p, int end) {
    int s = from;
    while (true) {
      int found = doMatch(s, end + 1);
      if (found >= 0) {
        return found;
      }
      if (s >= source.length || !single(source[s] & 0xff, p, end)) {
        return -1;
      }
      s++;
    }
  }

  private int startCapture(int s, int p, int what) {
    if (level >= MAX_CAPTURES) {
      throw state.error("too many captures");
    }
    starts[level] = s;
    lengths[level] = what;
    level++;
    int found = doMatch(s, p);
    if (found < 0) {
      level--;
    }
    return found;
  }

  private int endCapture(int s, int p) {
    int open = level - 1;
    while (open >= 0 && lengths[open] != UNFINISHED) {
      open--;
    }
    if (open < 0) {
      throw state.error("invalid pattern capture");
    }
    lengths[open] = s - starts[open];
    int found = doMatch(s, p);
    if (found < 0) {
      lengths[open] = UNFINISHED;
    }
    return found;
  }

  private int matchCapture(int s, int digit) {
    int index = digit - '1';
    if (index < 0 || index >= level || lengths[index] == UNFINISHED) {
      throw state.error("invalid capture index");
    }
    int length = lengths[index];
    if (length < 0 || source.length - s < length) {
      return -1;
    }
    state.ticks(length);
    for (int i = 0; i < length; i++) {
      if (source[starts[index] + i] != source[s + i]) {
        return -1;
      }
    }
    return s + length;
  }

  /** A capture of the last match; the whole match if there are none. */
  Object capture(int index, int from, int to) {
    if (index >= level) {
      if (index != 0) {
        throw state.error("invalid capture index");
      }
      return part(from, to);
    }
    if (lengths[index] == UNFINISHED) {
      throw state.error("unfinished capture");
    }
    return lengths[index] == POSITION
        ? (Object) (starts[index] + 1.0)
        : part(starts[index], starts[index] + lengths[index]);
  }

  private LuaString part(int from, int to) {
    state.charge(LuaState.stringBytes(to - from));
    return LuaString.of(source, from, to);
  }

  /** All captures of the last match, or the whole. */
  Object[] captures(int from, int to) {
    Object[] values = new Object[Math.max(level, 1)];
    for (int i = 0; i < values.length; i++) {
      values[i] = capture(i, from, to);
    }
    return values;
  }

  static boolean isPlain(LuaString pattern) {
    int end = end(pattern);
    for (int i = 0; i < end; i++) {
      if ("^$*+?.([%-".indexOf(pattern.at(i)) >= 0) {
        return false;
      }
    }
    return true;
  }
}
