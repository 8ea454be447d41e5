package io.pika.manager.state;

/** One step of a job; doing it twice is doing it once. */
public enum JobStep {
  /** The name and the id are taken. */
  RESERVE("reserve name and id"),
  /** Nodes for the slots are chosen and written down. */
  PLACE("place slots on nodes"),
  /** Every leader says that it knows the table; then the table is ready. */
  CONFIRM("wait for the leaders"),
  /** Every node that is alive says that it knows the change. */
  ANNOUNCE("tell every node"),
  /** The change is written down. */
  CHANGE("change the table"),
  /** Replicas are added and filled, or taken away, until there are as many as asked for. */
  RESHAPE("bring the replicas to what was asked for"),
  /** Clients are refused from here on; there is no way back. */
  MARK("mark for removal"),
  /** Every node says that no data is left; then the id is forgotten. */
  PURGE("delete the data on every node"),
  /** Other nodes get copies of what has several, and the node counts for nothing any more. */
  EVACUATE("make its replicas anew on other nodes"),
  /** The slots of a removed node get other leaders, without their data. */
  REPLACE("give its slots to other nodes");

  private final String text;

  JobStep(String text) {
    this.text = text;
  }

  public String text() {
    return text;
  }
}
