/** The manager's REST API as the command line calls it. */
@org.jspecify.annotations.NullMarked
package io.pika.cli.api;
