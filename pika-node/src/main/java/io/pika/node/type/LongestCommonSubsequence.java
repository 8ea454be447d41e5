package io.pika.node.type;

import java.util.ArrayList;
import java.util.List;

/**
 * The longest common subsequence of two strings, and where its parts lie, as Redis' LCS finds them: among the
 * many of the same length, the one met by walking back from both ends and preferring to shorten the second.
 *
 * <p>The length needs two rows of the table; the way back needs one bit for every cell.
 */
public final class LongestCommonSubsequence {
  /** A stretch that both strings share; both ends belong to it. */
  public record Match(int firstStart, int firstEnd, int secondStart, int secondEnd) {
    public int length() {
      return firstEnd - firstStart + 1;
    }
  }

  private final byte[] first;
  private final byte[] second;
  private final int length;
  /** Of cell (i, j): whether the way back goes to (i-1, j). */
  private final long[] shortenFirst;

  private LongestCommonSubsequence(byte[] first, byte[] second) {
    this.first = first;
    this.second = second;
    this.shortenFirst = new long[(int) ((long) first.length * second.length / Long.SIZE) + 1];
    this.length = fill();
  }

  /** Whether Redis' table, 4 bytes a cell, would need more than {@code maxBytes}. */
  public static boolean isTooBig(byte[] first, byte[] second, long maxBytes) {
    return (first.length + 1L) * (second.length + 1L) * Integer.BYTES > maxBytes;
  }

  /** Computes; the caller has asked {@link #isTooBig}. Time grows with the product of the sizes. */
  public static LongestCommonSubsequence of(byte[] first, byte[] second) {
    return new LongestCommonSubsequence(first, second);
  }

  public int length() {
    return length;
  }

  /** The subsequence itself. */
  public byte[] content() {
    byte[] content = new byte[length];
    int at = length;
    for (Match match : matches()) {
      at -= match.length();
      System.arraycopy(first, match.firstStart(), content, at, match.length());
    }
    return content;
  }

  /** The shared stretches, last one first. */
  public List<Match> matches() {
    List<Match> matches = new ArrayList<>();
    int i = first.length;
    int j = second.length;
    while (i > 0 && j > 0) {
      int run = 0;
      while (i > 0 && j > 0 && first[i - 1] == second[j - 1]) {
        i--;
        j--;
        run++;
      }
      if (run > 0) {
        matches.add(new Match(i, i + run - 1, j, j + run - 1));
      } else if (goesToShorterFirst(i, j)) {
        i--;
      } else {
        j--;
      }
    }
    return matches;
  }

  private int fill() {
    int[] above = new int[second.length + 1];
    int[] row = new int[second.length + 1];
    for (int i = 1; i <= first.length; i++) {
      for (int j = 1; j <= second.length; j++) {
        if (first[i - 1] == second[j - 1]) {
          row[j] = above[j - 1] + 1;
        } else if (above[j] > row[j - 1]) {
          row[j] = above[j];
          markShorterFirst(i, j);
        } else {
          row[j] = row[j - 1];
        }
      }
      int[] filled = row;
      row = above;
      above = filled;
    }
    return above[second.length];
  }

  private void markShorterFirst(int i, int j) {
    long cell = cell(i, j);
    shortenFirst[(int) (cell >> 6)] |= 1L << cell;
  }

  private boolean goesToShorterFirst(int i, int j) {
    long cell = cell(i, j);
    return (shortenFirst[(int) (cell >> 6)] >>> cell & 1) != 0;
  }

  private long cell(int i, int j) {
    return (i - 1L) * second.length + (j - 1);
  }
}
