/** Keyspace notifications: what commands do to keys, told as messages. */
@org.jspecify.annotations.NullMarked
package io.pika.node.event;
