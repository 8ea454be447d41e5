package io.pika.node.command;

import java.util.function.LongSupplier;

/**
 * What bounds commands.
 *
 * @param valueBytes the longest string that a command may build (proto-max-bulk-len); asked each time, for it can be
 *     changed
 * @param replyBytes memory that one command's reply may take while it is made
 */
public record Limits(LongSupplier valueBytes, long replyBytes) {}
