/** How fast and how large, beside a redis-server on the same machine. */
@org.jspecify.annotations.NullMarked
package io.pika.tests.measure;
