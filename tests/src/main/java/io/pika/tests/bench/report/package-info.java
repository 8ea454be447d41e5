/** The figures as text and as one page with plots. */
@org.jspecify.annotations.NullMarked
package io.pika.tests.bench.report;
