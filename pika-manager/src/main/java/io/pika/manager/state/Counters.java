package io.pika.manager.state;

/**
 * What only grows. Every transaction writes them and compares their revision, so that no two managers ever write
 * on the same knowledge.
 *
 * @param topologyVersion of the newest change that nodes must know
 */
public record Counters(long topologyVersion, int nextTable, int nextNode, long nextJob, int nextToken) {
  /** Table 0 is {@code default}; version 0 and node 0 mean "none yet". */
  public static final Counters FIRST = new Counters(0, 1, 1, 1, 1);

  Counters withTopologyVersion(long version) {
    return new Counters(version, nextTable, nextNode, nextJob, nextToken);
  }

  Counters tableTaken() {
    return new Counters(topologyVersion, Math.incrementExact(nextTable), nextNode, nextJob, nextToken);
  }

  Counters nodeTaken() {
    return new Counters(topologyVersion, nextTable, Math.incrementExact(nextNode), nextJob, nextToken);
  }

  Counters jobTaken() {
    return new Counters(topologyVersion, nextTable, nextNode, nextJob + 1, nextToken);
  }

  Counters tokenTaken() {
    return new Counters(topologyVersion, nextTable, nextNode, nextJob, Math.incrementExact(nextToken));
  }
}
