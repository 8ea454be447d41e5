/** RESP and the command table: bytes to requests, replies to bytes, and what every command is. Touches no socket. */
@org.jspecify.annotations.NullMarked
package io.pika.proxy.protocol;
