/** The contract of the metadata store, for every implementation of it. */
@org.jspecify.annotations.NullMarked
package io.pika.testkit.meta;
