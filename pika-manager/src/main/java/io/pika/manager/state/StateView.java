package io.pika.manager.state;

import io.pika.core.model.Attachment;
import io.pika.core.model.AttachmentKind;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What deciding and planning read: the state, or the state with changes that are about to be written. */
public interface StateView {
  ClusterRecord cluster();

  Counters counters();

  @Nullable
  TableRecord table(int id);

  /** A table that is not being dropped. */
  @Nullable
  TableRecord table(String name);

  /** A table's of one kind, by name; a copy. */
  Map<AttachmentKey, Attachment> attachments(int table, AttachmentKind kind);

  /** Of all contents in the cluster, as far as they are durable. */
  long attachedBytes();

  @Nullable
  NodeRecord node(int id);

  /** Ascending. */
  List<NodeRecord> nodes();

  @Nullable
  NodeRecord nodeOfStore(String storeId);

  /** Slots that the node leads, over all tables. */
  long slotsLed(int node);

  /** Slots with several replicas of which the node has one, over all tables. */
  long replicasHeld(int node);

  @Nullable
  JobRecord job(long id);

  @Nullable
  JobRecord jobOfRequest(String requestId);

  /** The running job that makes or removes a table, when there is one. */
  @Nullable
  JobRecord lifeJob(int table);

  /** A running job of a kind about a table. */
  @Nullable
  JobRecord runningJob(int table, JobKind kind);

  /** The oldest job that is over, when more of them are kept than wanted. */
  @Nullable
  JobRecord surplusJob();

  @Nullable
  TokenRecord token(int id);

  List<TokenRecord> tokens();

  /** The version that topology changes of the next transaction have. */
  default long nextVersion() {
    return counters().topologyVersion() + 1;
  }
}
