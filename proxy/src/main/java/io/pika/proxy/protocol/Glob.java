package io.pika.proxy.protocol;

/**
 * Redis' patterns for keys: {@code *}, {@code ?}, {@code [abc]}, {@code [^a]}, {@code [a-z]} and backslash,
 * with the same results as {@code stringmatchlen} also for broken patterns, and for bytes beyond 127 (which
 * are below the others in ranges, as C's char is signed). Takes time of at most pattern times key and no stack:
 * no pattern is dangerous.
 */
public final class Glob {
  private final byte[] pattern;
  /** The pattern is one star: Redis asks for it first, so that it alone finds the empty key. */
  private final boolean everything;

  public Glob(byte[] pattern) {
    this.pattern = pattern;
    this.everything = pattern.length == 1 && pattern[0] == '*';
  }

  public boolean matches(byte[] key) {
    if (everything) {
      return true;
    }
    int at = 0;
    int place = 0;
    // Where to go on when what follows the last star does not fit here: the star takes one byte more.
    int afterStar = -1;
    int starEnd = 0;
    while (at < pattern.length && place < key.length) {
      if (pattern[at] == '*') {
        at = skipStars(at);
        if (at == pattern.length) {
          return true;
        }
        afterStar = at;
        starEnd = place;
        continue;
      }
      if (fits(at, key[place])) {
        at = next(at);
        place++;
        if (at < pattern.length || place == key.length) {
          continue;
        }
      }
      if (afterStar < 0) {
        return false;
      }
      at = afterStar;
      place = ++starEnd;
    }
    return place == key.length && (key.length == 0 ? at : skipStars(at)) == pattern.length;
  }

  private int skipStars(int from) {
    int at = from;
    while (at < pattern.length && pattern[at] == '*') {
      at++;
    }
    return at;
  }

  private boolean fits(int at, byte candidate) {
    return switch (pattern[at]) {
      case '?' -> true;
      case '[' -> fitsClass(at, candidate);
      case '\\' -> pattern[at + 1 < pattern.length ? at + 1 : at] == candidate;
      default -> pattern[at] == candidate;
    };
  }

  /** The place after the element at {@code at}. */
  private int next(int at) {
    return switch (pattern[at]) {
      case '[' -> Math.min(classEnd(at) + 1, pattern.length);
      case '\\' -> Math.min(at + 2, pattern.length);
      default -> at + 1;
    };
  }

  private boolean fitsClass(int open, byte candidate) {
    boolean not = isNegated(open);
    int end = classEnd(open);
    boolean found = false;
    int at = firstOfClass(open);
    while (at < end) {
      int size = memberSize(at);
      found |= switch (size) {
        case 1 -> pattern[at] == candidate;
        case 2 -> pattern[at + 1] == candidate;
        default -> isBetween(candidate, pattern[at], pattern[at + 2]);
      };
      at += size;
    }
    return found != not;
  }

  /** The place of the closing bracket; where there is none, the end of the pattern. */
  private int classEnd(int open) {
    int at = firstOfClass(open);
    while (at < pattern.length && pattern[at] != ']') {
      at += memberSize(at);
    }
    return Math.min(at, pattern.length);
  }

  /** Bytes of a member: {@code x}, {@code \x} or {@code x-y}. */
  private int memberSize(int at) {
    int left = pattern.length - at;
    if (left >= 2 && pattern[at] == '\\') {
      return 2;
    }
    return left >= 3 && pattern[at + 1] == '-' ? 3 : 1;
  }

  private boolean isNegated(int open) {
    return open + 1 < pattern.length && pattern[open + 1] == '^';
  }

  private int firstOfClass(int open) {
    return open + (isNegated(open) ? 2 : 1);
  }

  private static boolean isBetween(byte candidate, byte one, byte other) {
    return candidate >= Math.min(one, other) && candidate <= Math.max(one, other);
  }
}
