@org.jspecify.annotations.NullMarked
package io.pika.proxy.algebra;
