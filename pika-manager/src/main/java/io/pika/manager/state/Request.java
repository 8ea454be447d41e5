package io.pika.manager.state;

import io.pika.core.model.CrossSlot;
import io.pika.core.model.AttachmentEdit;
import io.pika.core.model.AttachmentKind;
import io.pika.core.model.NodeInfo;
import io.pika.core.model.SlotRange;
import io.pika.manager.state.JobRecord.Origin;
import java.util.List;

/** Something that wants to change the state. */
public sealed interface Request {
  /** From people: becomes a job. */
  sealed interface Order extends Request {
    Origin origin();
  }

  /** What happens to a table that exists. */
  sealed interface TableOrder extends Order {
    int table();
  }

  /** From the planner: takes a job further. Refused without harm when the job is elsewhere by now. */
  sealed interface Step extends Request {
    long job();
  }

  /** @param passwordHash empty: open, for clients on loopback only */
  record CreateTable(String name, int slots, String passwordHash, CrossSlot crossSlot,
      Replication replication, Origin origin) implements Order {
    /** A table with nothing special about it. */
    public CreateTable(String name, int slots, String passwordHash, Origin origin) {
      this(name, slots, passwordHash, CrossSlot.REFUSE, Replication.NONE, origin);
    }
  }

  record DropTable(int table, Origin origin) implements TableOrder {}

  record RenameTable(int table, String newName, Origin origin) implements TableOrder {}

  record SetPassword(int table, String passwordHash, Origin origin) implements TableOrder {}

  record RemovePassword(int table, Origin origin) implements TableOrder {}

  record BlockTable(int table, Origin origin) implements TableOrder {}

  record UnblockTable(int table, Origin origin) implements TableOrder {}

  record SetCrossSlot(int table, CrossSlot crossSlot, Origin origin) implements TableOrder {}

  record SetReplication(int table, Replication replication, Origin origin) implements TableOrder {}

  /**
   * Of what is attached to a table, all or nothing.
   *
   * @param expected the set's version that the edits were made for; anybody's change since is a conflict
   */
  record ChangeAttachments(int table, AttachmentKind kind, long expected,
      List<AttachmentEdit> edits) implements Request {
    public ChangeAttachments {
      edits = List.copyOf(edits);
    }
  }

  /** @param loss whether slots that the node leads may lose their data */
  record RemoveNode(int node, Loss loss, Origin origin) implements Order {}

  /** What a removal may cost. */
  enum Loss {
    REFUSED, ACCEPTED
  }

  /**
   * A node's first word.
   *
   * @param info with id 0 for a node that has none yet
   * @param process when it was started: another number is another process; 0: it did not say
   */
  record RegisterNode(NodeInfo info, String clusterId, String storeId, String softwareVersion,
      long process) implements Request {}

  /** The lease of a process is over, for sure: it leads no slots with several replicas by what was decided so far. */
  record Depose(int node, long process) implements Request {}

  /** @param elected ascending, of one table */
  record Elect(int table, List<Elected> elected) implements Request {
    public Elect {
      elected = List.copyOf(elected);
    }
  }

  /**
   * A leader for some slots of one range.
   *
   * @param voters whose answers it was chosen by, itself too
   */
  record Elected(int from, int to, long epoch, int leader, List<Voter> voters) {
    public Elected {
      voters = List.copyOf(voters);
    }
  }

  /** A process that has said its position. */
  record Voter(int node, long process) {}

  record FoundCluster(String clusterId) implements Request {}

  record CreateDefaultTable() implements Request {}

  record CreateToken(String name, Role role, String sha256, long expiresAtMs) implements Request {}

  record RevokeToken(int token) implements Request {}

  record PlaceTable(long job, List<SlotRange> ranges) implements Step {
    public PlaceTable {
      ranges = List.copyOf(ranges);
    }
  }

  record MakeReady(long job) implements Step {}

  record RemoveTable(long job) implements Step {}

  record FinishJob(long job) implements Step {}

  /** @param moves at most a few dozen, so that they fit into one transaction */
  record ReplaceRanges(long job, List<Placed> moves, int cursor) implements Step {
    public ReplaceRanges {
      moves = List.copyOf(moves);
    }
  }

  /** New ranges of a table. */
  record Placed(int table, List<SlotRange> ranges) {
    public Placed {
      ranges = List.copyOf(ranges);
    }
  }

  record ForgetNode(long job) implements Step {}

  /** Other replicas for whole ranges, each as the planner found it. */
  record Reshape(long job, int table, List<Reshaped> changes) implements Step {
    public Reshape {
      changes = List.copyOf(changes);
    }
  }

  /** @param after the same slots and leader, with other replicas or learners */
  record Reshaped(SlotRange before, SlotRange after) {}

  /** All leaders go by the table as it was at a version, and enough followers have what was acknowledged before. */
  record SettleReplicas(long job, int table, long version) implements Step {}

  /** There are as many replicas as asked for. */
  record EndReshape(long job) implements Step {}

  /** A node that is removed has no replicas any more. */
  record EndEvacuation(long job) implements Step {}
}
