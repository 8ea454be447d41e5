/** Disks that crash, fill up and lose what was not forced. */
@org.jspecify.annotations.NullMarked
package io.pika.testkit.disk;
