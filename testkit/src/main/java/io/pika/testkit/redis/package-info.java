/** A real redis-server as the judge of what a command answers. */
@org.jspecify.annotations.NullMarked
package io.pika.testkit.redis;
