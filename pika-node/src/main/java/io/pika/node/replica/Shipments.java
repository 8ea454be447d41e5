package io.pika.node.replica;

import io.pika.node.log.LogSearch.Slot;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ToIntFunction;

/** The nodes that follow this one, and what they have acknowledged. Any thread. */
final class Shipments implements StepReport.Followers, Acknowledgements.Shipped {
  private final CopyOnWriteArrayList<Shipment> all = new CopyOnWriteArrayList<>();

  /** A follower has one connection; an older one is only not known to be lost yet. */
  void add(Shipment shipment) {
    all.stream().filter(older -> older.node() == shipment.node()).forEach(Shipment::close);
    all.add(shipment);
  }

  void remove(Shipment shipment) {
    all.remove(shipment);
  }

  List<Shipment> all() {
    return all;
  }

  int sum(ToIntFunction<LeaderStream> of) {
    return all.stream().mapToInt(shipment -> of.applyAsInt(shipment.stream())).sum();
  }

  @Override
  public boolean isConnected(int node) {
    for (Shipment shipment : all) {
      if (shipment.node() == node) {
        return true;
      }
    }
    return false;
  }

  @Override
  public boolean has(int node, Slot slot, long position) {
    return acknowledged(node, slot) >= position;
  }

  @Override
  public long acknowledged(int node, Slot slot) {
    long most = -1;
    for (Shipment shipment : all) {
      if (shipment.node() == node) {
        most = Math.max(most, shipment.stream().acknowledged(slot));
      }
    }
    return most;
  }
}
