/** Looks for what keeps a cluster from working, and says what to do about it. */
@org.jspecify.annotations.NullMarked
package io.pika.cli.doctor;
