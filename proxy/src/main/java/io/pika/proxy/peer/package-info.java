/** Requests between nodes: frames, the handshake, the server side, the client side. */
@org.jspecify.annotations.NullMarked
package io.pika.proxy.peer;
