@org.jspecify.annotations.NullMarked
package io.pika.tests.bench.report;
