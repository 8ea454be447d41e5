/** Every setting of a node, and the types of their values. */
@org.jspecify.annotations.NullMarked
package io.pika.node.settings;
