/**
 * The metadata store: a small ordered map with revisions, transactions, watches and leases, in the image of etcd.
 * The embedded implementation keeps it in a directory of one process; one contract suite
 * ({@code io.pika.testkit.meta}) says what every implementation does.
 */
@org.jspecify.annotations.NullMarked
package io.pika.core.meta;
