@org.jspecify.annotations.NullMarked
package io.pika.core.model;
