package io.pika.node.control;

import java.io.IOException;

/** Where the node's identity is kept: with its data, so that the two are never parted. */
public interface IdentityKeeper {
  NodeIdentity identity();

  /** Returns only when the identity is safe on disk. */
  void keep(String clusterId, int nodeId) throws IOException;
}
