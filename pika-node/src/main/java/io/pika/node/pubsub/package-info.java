/** Publish and subscribe: who listens to which channel of which table, on this node and on the others. */
@org.jspecify.annotations.NullMarked
package io.pika.node.pubsub;
