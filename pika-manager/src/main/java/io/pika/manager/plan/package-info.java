/**
 * What to do next: from the state and what was observed to a list of steps. Touches nothing: no clock, no thread,
 * no file. Deterministic, and silent when nothing is to be done.
 */
@org.jspecify.annotations.NullMarked
package io.pika.manager.plan;
