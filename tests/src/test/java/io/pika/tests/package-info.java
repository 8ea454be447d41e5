/** Tests that need more than one module. */
@org.jspecify.annotations.NullMarked
package io.pika.tests;
