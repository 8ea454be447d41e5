package io.pika.node;

import io.pika.node.control.IdentityKeeper;
import io.pika.node.control.NodeIdentity;
import io.pika.node.store.Store;
import io.pika.node.store.StoreException;
import io.pika.node.store.StoreIdentity;
import java.io.IOException;

/** The node's identity is kept with its data. */
record StoreIdentityKeeper(Store store) implements IdentityKeeper {
  @Override
  public NodeIdentity identity() {
    StoreIdentity identity = store.identity();
    return new NodeIdentity(identity.storeId().toString(), identity.clusterId(), identity.nodeId());
  }

  @Override
  public void keep(String clusterId, int nodeId) throws IOException {
    try {
      store.bind(clusterId, nodeId);
    } catch (StoreException failure) {
      throw new IOException(failure.getMessage(), failure);
    }
  }
}
