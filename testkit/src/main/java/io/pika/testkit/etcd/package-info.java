/** A real etcd of the system's packages. */
@org.jspecify.annotations.NullMarked
package io.pika.testkit.etcd;
