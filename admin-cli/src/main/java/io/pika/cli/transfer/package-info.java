/** The table's side of an import: keys and commands go out over several connections, and it is known what arrived. */
@org.jspecify.annotations.NullMarked
package io.pika.cli.transfer;
