package io.pika.node.control;

import io.pika.core.rpc.TableReplicas;
import java.util.List;

/**
 * What a heartbeat says about the node, apart from who it is.
 *
 * @param keys in all slots that it leads
 * @param operations client commands since the start of the process
 * @param replicas of tables of which it has slots with several replicas
 * @param trouble empty: healthy; else one sentence for the operator
 */
public record NodeReport(long keys, long diskUsedBytes, long diskFreeBytes, long memoryUsedBytes,
    long operations,
    int connections, List<TableReplicas> replicas, String trouble) {
  public NodeReport {
    replicas = List.copyOf(replicas);
  }
}
