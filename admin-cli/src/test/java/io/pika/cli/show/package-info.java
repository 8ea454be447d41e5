@org.jspecify.annotations.NullMarked
package io.pika.cli.show;
