package io.pika.node;

import io.pika.core.model.Table;
import io.pika.core.rpc.ReplicaPosition;
import io.pika.core.topology.Topology;
import io.pika.node.control.Positions;
import io.pika.node.control.Promises;
import io.pika.node.log.LogSearch.Slot;
import io.pika.node.store.Following;
import io.pika.node.store.Store;

/** The store's slots as the manager asks for them in elections. */
final class StorePositions implements Positions {
  private final Following slots;
  private final Topology topology;
  private final Promises promises;

  StorePositions(Store store, Topology topology, Promises promises) {
    this.slots = new Following(store);
    this.topology = topology;
    this.promises = promises;
  }

  @Override
  public ReplicaPosition promise(int table, int slot, long epoch) throws UnknownTableException {
    Table known = topology.table(table);
    if (known == null || slot >= known.slots()) {
      throw new UnknownTableException(table);
    }
    Following.Promised here = slots.promise(new Slot(table, slot), epoch, () -> isNewest(table, slot, epoch)
        && promises.promise(table, known.slots(), slot, epoch));
    return ReplicaPosition.newBuilder().setTable(table).setSlot(slot).setEpoch(here.newest().epoch())
        .setIndex(here.newest().index()).setDigest(here.digest()).setInCopy(here.inCopy())
        .setRefused(!here.promised()).build();
  }

  private boolean isNewest(int table, int slot, long epoch) {
    Table now = topology.table(table);
    return now != null && now.range(slot).epoch() <= epoch;
  }
}
