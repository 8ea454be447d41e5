/** The commands of {@code ./pika}: options, help, and what each does with the API and the local cluster. */
@org.jspecify.annotations.NullMarked
package io.pika.cli.command;
