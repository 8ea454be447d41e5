package io.pika.node.control;

import io.pika.core.model.NodeInfo;
import io.pika.core.model.Table;
import io.pika.core.topology.TopologyChange;
import io.pika.node.store.Store;
import io.pika.node.store.StoreOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;

/** Makes the directory of a node that has met its manager before: it then starts without one. */
public final class TopologySeed {
  private TopologySeed() {}

  public static void write(Path directory, int self, List<NodeInfo> nodes, List<Table> tables)
      throws IOException {
    try (Store store = Store.open(directory, StoreOptions.DEFAULT, InstantSource.system());
        TopologyCache cache = TopologyCache.open(directory.resolve("topology"))) {
      store.bind("test-cluster", self);
      cache.replace(new TopologyChange(1, true, nodes, tables, List.of(), List.of()));
    }
  }
}
