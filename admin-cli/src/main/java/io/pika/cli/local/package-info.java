/** A cluster of processes on this machine: its directory, its ports, starting and stopping them. */
@org.jspecify.annotations.NullMarked
package io.pika.cli.local;
