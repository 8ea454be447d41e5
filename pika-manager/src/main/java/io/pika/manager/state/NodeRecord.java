package io.pika.manager.state;

import io.pika.core.model.NodeInfo;

/**
 * A node that has registered.
 *
 * @param storeId of its directory: no two directories share a node id
 * @param leaving being removed: gets nothing any more
 */
public record NodeRecord(NodeInfo info, String storeId, String softwareVersion, long registeredAtMs,
    boolean leaving) {
  public int id() {
    return info.id();
  }

  NodeRecord asLeaving() {
    return new NodeRecord(info, storeId, softwareVersion, registeredAtMs, true);
  }
}
