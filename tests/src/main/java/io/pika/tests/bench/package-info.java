/** {@code ./pika bench}: how fast a node is beside a redis-server on the same machine, in the same run. */
@org.jspecify.annotations.NullMarked
package io.pika.tests.bench;
