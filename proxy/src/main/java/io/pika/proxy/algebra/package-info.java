/** Unions, intersections and differences of sets and sorted sets that are read in the order of their members. */
@org.jspecify.annotations.NullMarked
package io.pika.proxy.algebra;
