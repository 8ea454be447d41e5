/** The servers that are measured: a node as the launcher starts it, a redis-server, and what the system counts of them. */
@org.jspecify.annotations.NullMarked
package io.pika.tests.bench.server;
