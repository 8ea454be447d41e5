/**
 * The command line {@code ./pika} and the local cluster behind {@code ./pika up}. It knows a cluster only through the
 * manager's REST API and the processes' HTTP and Redis ports; nothing here is a second way to do things.
 */
@org.jspecify.annotations.NullMarked
package io.pika.cli;
