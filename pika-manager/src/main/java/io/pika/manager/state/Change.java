package io.pika.manager.state;

import io.pika.core.model.Attachment;

/** One event: what a record is from now on, or that it is gone. All durable state comes from these. */
public sealed interface Change {
  record TablePut(TableRecord table) implements Change {}

  record TableGone(int id) implements Change {}

  record AttachmentPut(AttachmentKey key, Attachment attachment) implements Change {}

  record AttachmentGone(AttachmentKey key) implements Change {}

  record NodePut(NodeRecord node) implements Change {}

  record NodeGone(int id) implements Change {}

  record JobPut(JobRecord job) implements Change {}

  record JobGone(long id) implements Change {}

  record TokenPut(TokenRecord token) implements Change {}

  record TokenGone(int id) implements Change {}

  record ClusterPut(ClusterRecord cluster) implements Change {}

  record CountersPut(Counters counters) implements Change {}
}
