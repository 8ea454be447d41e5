/**
 * A crash-safe directory for small state: one file that begins with a snapshot and goes on with what was
 * appended since. For the metadata store and for a node's last topology; not for the data of tables.
 */
@org.jspecify.annotations.NullMarked
package io.pika.core.journal;
