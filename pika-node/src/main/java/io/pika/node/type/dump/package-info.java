/** The serialised form of values that DUMP gives and RESTORE takes: Redis' RDB encoding, version 10. */
@org.jspecify.annotations.NullMarked
package io.pika.node.type.dump;
