package io.pika.manager.state;

import io.pika.core.model.NodeInfo;

/**
 * A node that has registered.
 *
 * @param storeId of its directory: no two directories share a node id
 * @param leaving being removed: gets nothing any more
 * @param startedAtMs which process of the node it is; 0: it did not say
 * @param registeredVersion topology version of this process's registration: by what was decided until then it leads no slots
 *     with several replicas, and it knows
 * @param leadsAfter the same, but the process may not know: its lease had run out then. At least registeredVersion
 */
public record NodeRecord(NodeInfo info, String storeId, String softwareVersion, long registeredAtMs,
    boolean leaving, long startedAtMs, long registeredVersion, long leadsAfter) {
  public int id() {
    return info.id();
  }

  NodeRecord asLeaving() {
    return new NodeRecord(info, storeId, softwareVersion, registeredAtMs, true, startedAtMs,
        registeredVersion,
        leadsAfter);
  }

  NodeRecord deposed(long version) {
    return new NodeRecord(info, storeId, softwareVersion, registeredAtMs, leaving, startedAtMs,
        registeredVersion, version);
  }
}
