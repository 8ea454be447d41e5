@org.jspecify.annotations.NullMarked
package io.pika.testkit.meta;
