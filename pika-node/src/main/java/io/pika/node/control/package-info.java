/** The node's side of what it says to the manager: registration, lease, topology, dropped tables. */
@org.jspecify.annotations.NullMarked
package io.pika.node.control;
