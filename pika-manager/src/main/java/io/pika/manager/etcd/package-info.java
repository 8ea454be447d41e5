/** The metadata store on etcd. */
@org.jspecify.annotations.NullMarked
package io.pika.manager.etcd;
