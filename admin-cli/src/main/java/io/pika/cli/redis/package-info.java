/** A small Redis client that works byte by byte: a replica's stream begins in the middle of its connection. */
@org.jspecify.annotations.NullMarked
package io.pika.cli.redis;
