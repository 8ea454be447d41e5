/** Which slot a key is in and which node leads it. */
@org.jspecify.annotations.NullMarked
package io.pika.proxy.routing;
