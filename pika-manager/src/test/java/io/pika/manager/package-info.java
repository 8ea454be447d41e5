@org.jspecify.annotations.NullMarked
package io.pika.manager;
