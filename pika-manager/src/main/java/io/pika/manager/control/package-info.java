/** One loop decides, writes and plans, while this process leads; the feed tells nodes what came of it. */
@org.jspecify.annotations.NullMarked
package io.pika.manager.control;
