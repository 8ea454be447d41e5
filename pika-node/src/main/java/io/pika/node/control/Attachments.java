package io.pika.node.control;

import io.pika.core.model.AttachmentEdit;
import io.pika.core.model.AttachmentKind;
import io.pika.core.model.AttachmentSet;
import java.util.List;

/**
 * Changes what is attached to tables: users, libraries. What there is, every node knows by its topology; a change is the
 * manager's decision.
 */
public interface Attachments {
  /** What to do to a set. Asked again, with the newer set, when somebody else was faster. */
  interface Change {
    /** @return none: there is nothing to change */
    List<AttachmentEdit> edits(AttachmentSet now);
  }

  /** What came of a change. */
  sealed interface Outcome {
    /** It is durable, this node knows it, and so do all others that are alive, or will in a moment. */
    record Done() implements Outcome {}

    /** The manager does not want it, ever; in words for people. Nothing was changed. */
    record Refused(String why) implements Outcome {}

    /**
     * No manager answered in time. When one had been reached, the change may have been made: doing it again does no harm.
     */
    record Unreachable(String why) implements Outcome {}
  }

  /** Blocks, for a few seconds at most: call it on a virtual thread. What {@code change} throws is passed on. */
  Outcome change(int table, AttachmentKind kind, Change change) throws InterruptedException;
}
