/** What people and scripts see: tables, JSON, progress. */
@org.jspecify.annotations.NullMarked
package io.pika.cli.show;
