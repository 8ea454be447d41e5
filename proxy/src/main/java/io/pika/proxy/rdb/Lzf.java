package io.pika.proxy.rdb;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * LZF compression as liblzf 3.6 does it in its "very fast" mode with a table of 2^16 entries, which is how
 * Redis builds it. The choice of matches is part of the result, so the steps follow liblzf's to give the same
 * bytes for the same input.
 *
 * <pre>
 * | 000LLLLL |                    L+1 literal bytes follow
 * | LLLooooo | oooooooo |         copy L+2 bytes from o+1 bytes back
 * | 111ooooo | LLLLLLLL | oooooooo |  copy L+9 bytes from o+1 bytes back
 * </pre>
 */
final class Lzf {
  private static final int HASH_BITS = 16;
  private static final int LONGEST_LITERAL = 1 << 5;
  private static final int FARTHEST = 1 << 13;
  private static final int LONGEST_COPY = (1 << 8) + (1 << 3);

  private final byte[] in;
  private final byte[] out;
  /** Last place (plus one, so that 0 is "none") of a three byte sequence by its hash. */
  private final int[] places = new int[1 << HASH_BITS];
  private int at;
  private int written;
  private int literals;

  private Lzf(byte[] in, int limit) {
    this.in = in;
    this.out = new byte[limit];
  }

  /** The compressed bytes, or null where they would not fit into {@code limit} bytes. */
  static byte @Nullable [] compress(byte[] in, int limit) {
    return in.length < 3 || limit < 1 ? null : new Lzf(in, limit).compress();
  }

  private byte @Nullable [] compress() {
    startRun();
    while (at < in.length - 2) {
      int slot = hash(at);
      int from = places[slot] - 1;
      places[slot] = at + 1;
      boolean fits = isMatch(from) ? copy(from) : literal();
      if (!fits) {
        return null;
      }
    }
    if (written + 3 > out.length) {
      return null;
    }
    while (at < in.length) {
      takeLiteral();
    }
    endRun();
    return Arrays.copyOf(out, written);
  }

  /** The very first byte is never the start of a match: liblzf tells "no entry" from a pointer to it so. */
  private boolean isMatch(int from) {
    return from > 0 && at - from - 1 < FARTHEST && in[from] == in[at] && in[from + 1] == in[at + 1]
        && in[from + 2] == in[at + 2];
  }

  private boolean copy(int from) {
    int empty = literals == 0 ? 1 : 0;
    if (written + 4 >= out.length && written - empty + 4 >= out.length) {
      return false;
    }
    endRun();
    int distance = at - from - 1;
    int length = matchLength(from) - 2;
    if (length < 7) {
      out[written++] = (byte) ((distance >> 8) + (length << 5));
    } else {
      out[written++] = (byte) ((distance >> 8) + (7 << 5));
      out[written++] = (byte) (length - 7);
    }
    out[written++] = (byte) distance;
    startRun();
    at += length + 2;
    if (at < in.length - 2) {
      places[hash(at - 2)] = at - 1;
      places[hash(at - 1)] = at;
    }
    return true;
  }

  private int matchLength(int from) {
    int longest = Math.min(in.length - at - 2, LONGEST_COPY);
    int length = 3;
    // Where there is room, liblzf compares sixteen bytes without looking at the limit and may end beyond it.
    if (longest > 16) {
      for (; length < 19; length++) {
        if (in[from + length] != in[at + length]) {
          return length;
        }
      }
    }
    while (length < longest && in[from + length] == in[at + length]) {
      length++;
    }
    return length;
  }

  private boolean literal() {
    if (written >= out.length) {
      return false;
    }
    takeLiteral();
    return true;
  }

  private void takeLiteral() {
    literals++;
    out[written++] = in[at++];
    if (literals == LONGEST_LITERAL) {
      out[written - literals - 1] = (byte) (literals - 1);
      startRun();
    }
  }

  private void startRun() {
    literals = 0;
    written++;
  }

  private void endRun() {
    if (literals == 0) {
      written--;
    } else {
      out[written - literals - 1] = (byte) (literals - 1);
    }
  }

  private int hash(int place) {
    int three = (in[place] & 0xff) << 16 | (in[place + 1] & 0xff) << 8 | in[place + 2] & 0xff;
    return (three >> (24 - HASH_BITS)) - three * 5 & (1 << HASH_BITS) - 1;
  }

  /** The bytes that {@code in[offset, offset+length)} stands for, or null where it does not give exactly {@code size}. */
  static byte @Nullable [] decompress(byte[] in, int offset, int length, int size) {
    byte[] out = new byte[size];
    int end = offset + length;
    int from = offset;
    int to = 0;
    while (from < end) {
      int control = in[from++] & 0xff;
      if (control < LONGEST_LITERAL) {
        int count = control + 1;
        if (from + count > end || to + count > size) {
          return null;
        }
        System.arraycopy(in, from, out, to, count);
        from += count;
        to += count;
        continue;
      }
      int count = control >> 5;
      if (count == 7) {
        if (from >= end) {
          return null;
        }
        count += in[from++] & 0xff;
      }
      if (from >= end) {
        return null;
      }
      int source = to - ((control & 0x1f) << 8 | in[from++] & 0xff) - 1;
      count += 2;
      if (source < 0 || to + count > size) {
        return null;
      }
      // Byte by byte: a copy may overlap what it writes, which repeats a pattern.
      for (int i = 0; i < count; i++) {
        out[to++] = out[source++];
      }
    }
    return to == size ? out : null;
  }
}
