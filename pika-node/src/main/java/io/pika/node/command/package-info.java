/** Commands on keys: parse the arguments, call the meaning in {@code type}, give the reply. */
@org.jspecify.annotations.NullMarked
package io.pika.node.command;
