@org.jspecify.annotations.NullMarked
package io.pika.node.replica;
