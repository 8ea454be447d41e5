package io.pika.node.engine;

import java.util.HashMap;
import java.util.Map;

/** Counts who waits on this node, and how much memory they hold. One table has half of the places at most. Any thread. */
final class WaitingShares {
  private final int most;
  private final long mostBytes;
  private final Map<Integer, Share> tables = new HashMap<>();
  private Share all = Share.NONE;

  private record Share(int count, long bytes) {
    static final Share NONE = new Share(0, 0);

    Share plus(int more, long moreBytes) {
      return new Share(count + more, bytes + moreBytes);
    }

    boolean fits(int most, long mostBytes) {
      return count <= most && bytes <= mostBytes;
    }
  }

  WaitingShares(int most, long mostBytes) {
    this.most = most;
    this.mostBytes = mostBytes;
  }

  /** False: there is no place left, or none for the table. */
  synchronized boolean enter(int table, long bytes) {
    Share own = tables.getOrDefault(table, Share.NONE).plus(1, bytes);
    Share sum = all.plus(1, bytes);
    if (!sum.fits(most, mostBytes) || !own.fits(most / 2, mostBytes / 2)) {
      return false;
    }
    tables.put(table, own);
    all = sum;
    return true;
  }

  synchronized void leave(int table, long bytes) {
    all = all.plus(-1, -bytes);
    Share own = tables.getOrDefault(table, Share.NONE).plus(-1, -bytes);
    if (own.count == 0) {
      tables.remove(table);
    } else {
      tables.put(table, own);
    }
  }

  synchronized int count() {
    return all.count;
  }
}
