/**
 * Comparing two systems that ought to answer alike: a grammar of commands as data, programs made from it by a seed,
 * and what may differ. To add a data type, write its grammar; nothing else changes.
 */
@org.jspecify.annotations.NullMarked
package io.pika.testkit.differential;
