/** Users of a table and what they may do, as acl.c of Redis 7.0 has it; knows nothing of connections and of where users are kept. */
@org.jspecify.annotations.NullMarked
package io.pika.node.acl;
