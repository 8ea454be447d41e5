/** Clusters of real processes on this machine: started, watched, hurt and always ended. */
@org.jspecify.annotations.NullMarked
package io.pika.testkit.process;
