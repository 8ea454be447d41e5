/** What nodes reach the manager by: registration, heartbeats, the stream of topology changes. */
@org.jspecify.annotations.NullMarked
package io.pika.manager.rpc;
