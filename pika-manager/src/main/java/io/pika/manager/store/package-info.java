/** How the state stands in the metadata store: one key a record, compact JSON, ids in hexadecimal. */
@org.jspecify.annotations.NullMarked
package io.pika.manager.store;
