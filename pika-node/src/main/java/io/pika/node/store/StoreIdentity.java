package io.pika.node.store;

import java.util.UUID;

/**
 * Whose directory it is: the content of {@code store.json}.
 *
 * @param storeId drawn when the directory was made; every log segment has it too
 * @param clusterId empty: the node has not joined a cluster yet
 * @param nodeId 0: not yet
 */
public record StoreIdentity(UUID storeId, String clusterId, int nodeId) {
  public boolean bound() {
    return nodeId != 0;
  }
}
