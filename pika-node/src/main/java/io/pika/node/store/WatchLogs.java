package io.pika.node.store;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Keeps the watch logs of the slots that were watched last; the slots themselves point at theirs weakly, so that what
 * watching costs is bounded whatever the number of slots. Any thread.
 */
final class WatchLogs {
  /** About 16 MiB when all are full. */
  private static final int MOST = 1024;

  private final Map<WatchLog, Boolean> kept = new LinkedHashMap<>(16, 0.75f, true) {
    private static final long serialVersionUID = 1L;

    @Override
    protected boolean removeEldestEntry(Map.Entry<WatchLog, Boolean> eldest) {
      return size() > MOST;
    }
  };

  /** The slot is being watched now; its lock is held. */
  void watch(SlotState slot) {
    WatchLog log = slot.watchLog();
    if (log == null) {
      log = slot.beginWatchLog();
    }
    synchronized (kept) {
      kept.put(log, Boolean.TRUE);
    }
  }
}
