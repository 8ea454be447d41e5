/** Requests as bytes made ahead, sent over many connections by one thread, replies counted and timed. */
@org.jspecify.annotations.NullMarked
package io.pika.tests.bench.load;
