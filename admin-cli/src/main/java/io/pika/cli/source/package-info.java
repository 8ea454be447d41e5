/** Where an import's data comes from: files that Redis writes, and servers that run. */
@org.jspecify.annotations.NullMarked
package io.pika.cli.source;
