package io.pika.node.control;

/**
 * Who a node's directory belongs to.
 *
 * @param storeId made with the directory; two directories never share a node id
 * @param clusterId empty until a manager has taken the node in
 * @param nodeId 0 until a manager has taken the node in
 */
public record NodeIdentity(String storeId, String clusterId, int nodeId) {
  public boolean isRegistered() { return nodeId != 0; }
}
