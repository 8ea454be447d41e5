/**
 * What the manager knows for certain and how it changes: {@code decide} a request into changes, {@code evolve} the
 * state by them. Touches nothing: no clock, no thread, no file.
 */
@org.jspecify.annotations.NullMarked
package io.pika.manager.state;
