package io.pika.manager.state;

/**
 * What there is one of.
 *
 * @param clusterId random, carried by every directory of data; empty until the cluster is founded
 * @param defaultTableMade the table {@code default} was made once; it is not made again after it was dropped
 */
public record ClusterRecord(String clusterId, long createdAtMs, boolean defaultTableMade) {
  public static final ClusterRecord NONE = new ClusterRecord("", 0, false);
}
