/** What is measured, in turns of two servers, and what the figures of the turns come to. */
@org.jspecify.annotations.NullMarked
package io.pika.tests.bench.run;
