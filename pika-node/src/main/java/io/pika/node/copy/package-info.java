/** Copies the contents of a slot from node to node, in checked pieces; knows nothing of connections. */
@org.jspecify.annotations.NullMarked
package io.pika.node.copy;
