/** What the commands mean: works on one slot's key space, knows nothing of RESP, sockets or disks. */
@org.jspecify.annotations.NullMarked
package io.pika.node.type;
