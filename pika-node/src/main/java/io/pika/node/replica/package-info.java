/**
 * Replicas of slots: the leader's log as a stream to its followers, see docs/decisions/2026-11-26-replication-ships-the-log.md.
 */
@org.jspecify.annotations.NullMarked
package io.pika.node.replica;
