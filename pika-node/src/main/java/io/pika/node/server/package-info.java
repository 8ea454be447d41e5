/** Clients' connections: reading, checks, sessions, replies; what commands on the session itself do; metrics. */
@org.jspecify.annotations.NullMarked
package io.pika.node.server;
