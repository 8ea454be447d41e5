package io.pika.proxy.routing;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The lanes of all slots where something is under way, in stripes with a lock each. */
final class Lanes {
  private static final int STRIPES = 1024;

  private final Stripe[] stripes = new Stripe[STRIPES];

  Lanes() {
    for (int i = 0; i < STRIPES; i++) {
      stripes[i] = new Stripe();
    }
  }

  /** Everything but {@link #isEmpty} with the stripe's monitor held. */
  static final class Stripe {
    private final List<Lane> lanes = new ArrayList<>(0);
    private volatile boolean empty = true;

    /** What this thread has put in before, it sees. */
    boolean isEmpty() { return empty; }

    @Nullable
    Lane find(int table, int slot) {
      for (Lane lane : lanes) {
        if (lane.slot == slot && lane.table == table) {
          return lane;
        }
      }
      return null;
    }

    Lane open(int table, int slot, long backOffMs) {
      Lane lane = find(table, slot);
      if (lane == null) {
        lane = new Lane(table, slot, backOffMs);
        lanes.add(lane);
        empty = false;
      }
      return lane;
    }

    void closeIfIdle(Lane lane) {
      if (lane.isIdle()) {
        lanes.remove(lane);
        empty = lanes.isEmpty();
      }
    }

    List<Lane> all() {
      return List.copyOf(lanes);
    }
  }

  Stripe of(int table, int slot) {
    return stripes[(table * 31 + slot) * 0x9e3779b9 >>> 22];
  }

  List<Stripe> busy() {
    List<Stripe> busy = new ArrayList<>();
    for (Stripe stripe : stripes) {
      if (!stripe.isEmpty()) {
        busy.add(stripe);
      }
    }
    return busy;
  }
}
