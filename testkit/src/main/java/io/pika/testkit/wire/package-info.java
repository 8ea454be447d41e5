/** A Redis client that shows every byte, for tests that care about bytes. */
@org.jspecify.annotations.NullMarked
package io.pika.testkit.wire;
