/** Redis' RDB encoding, version 10: of values, as DUMP gives and RESTORE takes them, and of whole files. */
@org.jspecify.annotations.NullMarked
package io.pika.proxy.rdb;
